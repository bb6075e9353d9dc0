-- migrate:up

-- What was there before every act left a record: openings without a transfer, relations without a case. The audit works
-- both out from the records of acts, so what has none is written down once and for all. A new database has none of it.

set local lock_timeout = '5s';
set local statement_timeout = '9min';

-- 期初余额: what a purse holds beyond what transfers have brought to it, so that from here on every fen comes by one.
create table brought_forward (
    region integer not null,
    person bigint not null,
    current_fen bigint not null,
    prior_fen bigint not null,
    frozen_fen bigint not null,
    wallet_fen bigint not null,
    primary key (person, region)
);

-- A family pool (5) keeps its money in current_fen of its own purse.
insert into brought_forward (region, person, current_fen, prior_fen, frozen_fen, wallet_fen)
select p.region, p.person, p.current_fen - coalesce(moved.current_fen, 0), p.prior_fen - coalesce(moved.prior_fen, 0),
    p.frozen_fen - coalesce(moved.frozen_fen, 0), p.wallet_fen - coalesce(moved.wallet_fen, 0)
from purse p
left join (
    select t.region, t.person,
        coalesce(sum(amount) filter (where kind in (1, 5)), 0) as current_fen,
        coalesce(sum(amount) filter (where kind = 2), 0) as prior_fen,
        coalesce(sum(amount) filter (where kind = 3), 0) as frozen_fen,
        coalesce(sum(amount) filter (where kind = 4), 0) as wallet_fen
    from transfer t
    cross join lateral (values (t.debit_kind, -t.amount_fen), (t.credit_kind, t.amount_fen)) as side (kind, amount)
    where t.person is not null and kind < 10
    group by t.region, t.person
) moved on moved.region = p.region and moved.person = p.person
where (p.current_fen, p.prior_fen, p.frozen_fen, p.wallet_fen) is distinct from (coalesce(moved.current_fen, 0),
    coalesce(moved.prior_fen, 0), coalesce(moved.frozen_fen, 0), coalesce(moved.wallet_fen, 0));

-- Relations that are there by now; of those made from now on only what a load brings has no case.
alter table sponsorship add column brought_forward boolean not null default true;
alter table sponsorship alter column brought_forward set default false;

-- migrate:down

-- dbmate asks for this part. Records are only ever brought forward.
do $$ begin raise exception 'mulaid migrates forward only'; end $$;
