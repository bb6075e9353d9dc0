-- migrate:up

-- Where both sides have to agree to end a relation, the wish of one waits here for the other's. It lies with the relation;
-- whoever ends relations reads it under the purse locks of both people, a bill never does.

set local lock_timeout = '5s';
set local statement_timeout = '60s';

create table end_wish (
    region integer not null,
    sponsor bigint not null,
    beneficiary bigint not null,
    bound_at timestamptz not null,
    side text not null check (side in ('sponsor', 'beneficiary')),
    asked_on date not null,
    primary key (sponsor, beneficiary, region, bound_at, side)
);

-- migrate:down

-- dbmate asks for this part. Records are only ever brought forward.
do $$ begin raise exception 'mulaid migrates forward only'; end $$;
