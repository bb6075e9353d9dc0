-- migrate:up

-- Every act has an origin, and every one that moved money or changed a relation is a case.

-- No service runs while its database is migrated.
-- squawk-ignore-file ban-drop-constraint, ban-drop-not-null, constraint-missing-not-valid, renaming-column

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- A message's sender is whoever acts, not an institution only.
alter table message rename column institution to sender;

-- What an act answered that is no case, beyond the number of what it made.
alter table message add column answer bytea;

-- What only bills have is null in the case of any other act, which names its actor and channel instead.
alter table cases
    add column actor text collate "C",
    add column channel text,
    alter column person drop not null,
    alter column institution_region drop not null,
    alter column institution drop not null,
    alter column day drop not null,
    alter column use drop not null,
    alter column total_fen drop not null,
    alter column funds_fen drop not null,
    alter column own_fen drop not null,
    alter column mutual_fen drop not null,
    alter column cash_fen drop not null,
    alter column institution_fen drop not null,
    drop constraint cases_signs;
alter table cases
    add constraint cases_signs check (case kind
        when 'settlement' then least(total_fen, funds_fen, own_fen, mutual_fen, cash_fen, institution_fen) >= 0
        when 'reversal' then greatest(total_fen, funds_fen, own_fen, mutual_fen, cash_fen, institution_fen) <= 0
        else true end) not valid,
    add constraint cases_bills check (case when kind in ('settlement', 'reversal')
        then num_nulls(person, institution_region, institution, day, use, total_fen, funds_fen, own_fen, mutual_fen, cash_fen,
            institution_fen) = 0 and num_nonnulls(actor, channel) = 0
        else num_nonnulls(institution_region, institution, visit, day, use, total_fen, funds_fen, own_fen, mutual_fen,
            cash_fen, institution_fen) = 0 and num_nulls(actor, channel) = 0 end) not valid;
alter table cases validate constraint cases_signs;
alter table cases validate constraint cases_bills;

-- A transfer moves one purse balance: what goes from one to another takes two.
alter table transfer
    add constraint transfer_one_purse check (debit_kind >= 10 or credit_kind >= 10) not valid;
alter table transfer validate constraint transfer_one_purse;

-- How much of a relation's quota is 历年 money, so that what is not used goes back to the balance it came from. Of quotas
-- from before this was kept it is taken to be 当年 money, as they were.
alter table sponsorship
    add column quota_prior_fen bigint not null default 0,
    add constraint sponsorship_quota_prior check (quota_prior_fen between 0 and quota_fen) not valid;
alter table sponsorship validate constraint sponsorship_quota_prior;

-- Who was refused what, counted by day: enough to say to a person why it did not work yesterday.
create table attempt (
    region integer not null,
    person bigint not null,
    day date not null,
    act text not null,
    code text not null,
    sender text collate "C" not null,
    n integer not null check (n > 0),
    first_at timestamptz not null,
    last_at timestamptz not null check (last_at >= first_at),
    primary key (person, region, day, act, code, sender)
);

-- Who looked at the affairs of somebody else, counted by day: people are told.
create table look (
    region integer not null,
    person bigint not null,
    day date not null,
    inquiry text not null,
    role text not null,
    sender text collate "C" not null,
    n integer not null check (n > 0),
    first_at timestamptz not null,
    last_at timestamptz not null check (last_at >= first_at),
    primary key (person, region, day, inquiry, sender)
);

-- An act that needs a second person waits here as the very request that was made, until somebody else releases it.
create table task (
    region integer not null,
    task bigint not null,
    act text not null,
    person_region integer,
    person bigint,
    request bytea not null,
    origin bytea not null,
    sender text collate "C" not null,
    made_at timestamptz not null,
    state text not null check (state in ('open', 'approved', 'refused')),
    decided_by text collate "C",
    decided_at timestamptz,
    reason text,
    case_id bigint,
    primary key (region, task),
    check (num_nulls(person_region, person) in (0, 2)),
    check ((state = 'open') = (decided_by is null) and (decided_by is null) = (decided_at is null)),
    check ((state = 'approved') = (case_id is not null)),
    check (decided_by <> sender or state = 'refused')
);
create index task_open on task (region, made_at) where state = 'open';

-- 暂停联网结算: decisions of the administration, as their documents say. What is in force stands with the person too.
create table suspension (
    region integer not null,
    person bigint not null,
    document text not null,
    authority text not null,
    kind text not null check (kind in ('investigation', 'penalty')),
    conduct text not null,
    article text not null,
    from_day date not null,
    until date,
    served_on date not null,
    entered_by bigint not null,
    ended_on date,
    ended_by text,
    primary key (person, region, document),
    check (until is null or from_day < until),
    check ((ended_on is null) = (ended_by is null))
);

-- migrate:down

-- dbmate asks for this part. Records are only ever brought forward.
do $$ begin raise exception 'mulaid migrates forward only'; end $$;
