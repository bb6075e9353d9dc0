-- migrate:up

-- What a relation rests on beside its own row: consent, evidence, who suspended it, how large its quota was, what was
-- paid into a pool, who may act for whom, and links that only show a code. All but the last two lie with the relation, in
-- the sponsor's region; they are read and written under the purse locks of the people they name. A bill reads none of them.

set local lock_timeout = '5s';
set local statement_timeout = '60s';

create table consent (
    region integer not null,
    sponsor bigint not null,
    beneficiary bigint not null,
    bound_at timestamptz not null,
    side text not null check (side in ('sponsor', 'beneficiary', 'guardian')),
    by_region integer not null,
    by_person bigint not null,
    how text not null check (how in ('signed_in', 'counter')),
    clerk text collate "C" check ((clerk is not null) = (how = 'counter')),
    given_at timestamptz not null,
    case_id bigint not null,
    primary key (sponsor, beneficiary, region, bound_at, side)
);

create table evidence (
    region integer not null,
    sponsor bigint not null,
    beneficiary bigint not null,
    bound_at timestamptz not null,
    kind text not null check (kind in ('commitment', 'documents')),
    text_version text check ((text_version is not null) = (kind = 'commitment')),
    text_hash bytea check (length(text_hash) = 32 and (text_hash is not null) = (kind = 'commitment')),
    signer_region integer not null,
    signer bigint not null,
    signed_at timestamptz not null,
    case_id bigint not null,
    primary key (sponsor, beneficiary, region, bound_at, kind)
);

-- Of a relation that is suspended: on whose wish, so that nobody else resumes it.
create table relation_suspension (
    region integer not null,
    sponsor bigint not null,
    beneficiary bigint not null,
    bound_at timestamptz not null,
    side text not null check (side in ('sponsor', 'agency')),
    by_actor text collate "C" not null,
    since timestamptz not null,
    case_id bigint not null,
    primary key (sponsor, beneficiary, region, bound_at)
);

-- What was set apart altogether; what is left of it stands on the relation, where bills take it.
create table quota (
    region integer not null,
    sponsor bigint not null,
    beneficiary bigint not null,
    bound_at timestamptz not null,
    size_fen bigint not null check (size_fen > 0),
    primary key (sponsor, beneficiary, region, bound_at)
);

-- What was paid into a pool, by whom and from which balances. With its payer's leaving a contribution closes: so much of it
-- was given back, the rest had been spent.
create table contribution (
    region integer not null,
    pool bigint not null,
    paid_at timestamptz not null,
    payer_region integer not null,
    payer bigint not null,
    amount_fen bigint not null check (amount_fen > 0),
    prior_fen bigint not null check (prior_fen between 0 and amount_fen),
    returned_fen bigint check (returned_fen between 0 and amount_fen),
    case_id bigint not null,
    primary key (pool, region, paid_at, payer)
);

-- 代管 and 监护: who may act for whom, for what, and how long. It lies with the person acted for.
create table power (
    region integer not null,
    person bigint not null,
    holder_region integer not null,
    holder bigint not null,
    given_at timestamptz not null,
    kind text not null check (kind in ('delegate', 'guardian')),
    scope text not null check (scope in ('relations', 'money', 'relations,money')),
    until date,
    ended_at timestamptz check (ended_at >= given_at),
    case_id bigint not null,
    primary key (person, region, holder, given_at)
);

-- 亲情账户: shows a relative's code and moves no money, so no procedure that moves money reads it.
create table display_link (
    region integer not null,
    holder bigint not null,
    relative_region integer not null,
    relative bigint not null,
    linked_at timestamptz not null,
    ended_at timestamptz check (ended_at >= linked_at),
    case_id bigint not null,
    primary key (holder, region, relative, linked_at)
);

-- migrate:down

-- dbmate asks for this part. Records are only ever brought forward.
do $$ begin raise exception 'mulaid migrates forward only'; end $$;
