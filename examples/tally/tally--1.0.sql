create function tally(text) returns bigint language c immutable strict parallel safe as 'MODULE_PATHNAME';
