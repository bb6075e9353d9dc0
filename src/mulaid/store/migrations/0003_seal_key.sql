-- migrate:up

-- Which key this database is sealed with, told by a value derived from the key that says nothing about it. One row,
-- written when the first key is made; a database of before adopts the key that opens what is sealed in it.

set local lock_timeout = '5s';
set local statement_timeout = '60s';

create table seal_key (
    one boolean primary key default true check (one),
    check_value bytea not null check (length(check_value) = 32)
);

-- migrate:down

-- dbmate asks for this part. Records are only ever brought forward.
do $$ begin raise exception 'mulaid migrates forward only'; end $$;
