create domain settings as jsonb check (jsonb_typeof(value) = 'object');
create table documents (
    id       integer primary key,
    plain    json,
    binary_  jsonb,
    options  settings
);
