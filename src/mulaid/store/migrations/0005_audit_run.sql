-- migrate:up

-- When the records were last audited, and what came of it: a running service tells it in its metrics. Region 0 stands
-- for an audit of all of them.

set local lock_timeout = '5s';
set local statement_timeout = '60s';

create table audit_run (
    region integer not null,
    finished timestamptz not null,
    took_ms bigint not null check (took_ms >= 0),
    replayed boolean not null,
    findings bigint not null check (findings >= 0),
    primary key (region, finished)
);

-- migrate:down

-- dbmate asks for this part. Records are only ever brought forward.
do $$ begin raise exception 'mulaid migrates forward only'; end $$;
