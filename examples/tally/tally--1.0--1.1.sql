create function tally_longest(text) returns text language c immutable strict parallel safe as 'MODULE_PATHNAME';
