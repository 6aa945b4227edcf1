create extension tally;
select tally('one two  three');
select tally('');
select tally_longest('one two three');
