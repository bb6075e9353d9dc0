-- migrate:up

-- Settlements that bear a day which had not come when a wrong clock's dates were put right. They stay as they are, because
-- the chain hashes their records; what relations and purses have used does not count them, on that day or any other.

set local lock_timeout = '5s';
set local statement_timeout = '60s';

create table misdated (
    region integer not null,
    case_id bigint not null,
    found_at timestamptz not null,
    primary key (region, case_id)
);

-- migrate:down

-- dbmate asks for this part. Records are only ever brought forward.
do $$ begin raise exception 'mulaid migrates forward only'; end $$;
