-- migrate:up

-- Whether the funds' part of a bill may be given by its message: for one institution, or for all of a region. Nobody may
-- unless the operator says so (docs/decisions/0015-funds-given.md).

set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table institution add column funds_given text not null default 'never'
    check (funds_given in ('never', 'core'));

-- What an operator says of a whole region. A reference table, like institution: whole on every node.
create table region_setting (
    region integer primary key,
    funds_given text not null default 'never' check (funds_given in ('never', 'core'))
);

-- migrate:down

-- dbmate asks for this part. Records are only ever brought forward.
do $$ begin raise exception 'mulaid migrates forward only'; end $$;
