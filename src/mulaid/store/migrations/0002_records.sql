-- migrate:up

-- The first schema. What came before it was never released; a database made then is refused.

-- Every key but those of identity and policy_version holds the region, so that the same statements route on one machine
-- and on many. It stands first where rows are read region by region; where people and messages are looked up, what
-- tells them apart does, which halves the comparisons (docs/decisions/0011-keys-and-batches.md). No triggers, no
-- sequences, and no foreign keys on what a settlement inserts: the audit finds orphans. Money is whole fen. Periods are half-open. Codes are the words of case files.

set local lock_timeout = '5s';
set local statement_timeout = '60s';

create table policy_version (
    digest text collate "C" primary key,
    body bytea not null
);

-- A sealed number cannot be searched; its keyed blind index can. The number itself stands sealed on the person.
create table identity (
    blind_index bytea primary key check (length(blind_index) = 32),
    region integer not null,
    person bigint not null check (person > 0)
);

create table institution (
    region integer not null,
    institution text collate "C" not null,
    name text not null,
    kind text not null check (kind in ('hospital', 'community', 'pharmacy')),
    level smallint not null check (level between 0 and 3),
    designated boolean not null default true,
    wallet_ready boolean not null default false,
    profile text not null default 'baseline',
    auth bytea,
    primary key (region, institution)
);
-- A code names one place in the country, and messages do not always say where it is.
create unique index institution_by_code on institution (institution);

create table person (
    region integer not null,
    person bigint not null check (person > 0),
    sealed_number bytea not null,
    sealed_name bytea not null,
    masked_name text not null,
    sex text check (sex in ('f', 'm')),
    born date not null,
    moved_to integer,
    suspended_from date,
    suspended_until date,
    primary key (person, region),
    check (suspended_until is null or suspended_from < suspended_until)
);

create table enrolment (
    region integer not null,
    person bigint not null,
    from_day date not null,
    until date check (until > from_day),
    scheme text not null check (scheme in ('employee', 'resident')),
    status text not null check (status in ('active', 'paused', 'waiting', 'ended')),
    tier smallint not null default 1,
    category text not null default 'ordinary'
        check (category in ('ordinary', 'civil_servant', 'public_expense', 'retired_cadre')),
    assistance text not null default 'none' check (assistance in ('none', 'destitute', 'low_income', 'edge')),
    retired_on date,
    account boolean not null,
    primary key (person, region, from_day)
);

-- The person's lock: whoever changes anything a decision reads about a person locks this row first. Everybody has one,
-- with or without an account. Usage is what the person's money has paid for all members, as of used_on. Whether the
-- e-voucher is activated stands here, because that is all a bill asks of its sponsors besides their money and cover.
create table purse (
    region integer not null,
    person bigint not null,
    current_fen bigint not null default 0 check (current_fen >= 0),
    prior_fen bigint not null default 0 check (prior_fen >= 0),
    frozen_fen bigint not null default 0 check (frozen_fen >= 0),
    wallet_fen bigint not null default 0 check (wallet_fen >= 0),
    used_day_fen bigint not null default 0 check (used_day_fen >= 0),
    used_month_fen bigint not null default 0 check (used_month_fen >= 0),
    used_year_fen bigint not null default 0 check (used_year_fen >= 0),
    used_on date,
    moved_to integer,
    activated boolean not null default true,
    primary key (person, region)
) with (fillfactor = 80);

create table sponsorship (
    region integer not null,
    sponsor bigint not null,
    beneficiary bigint not null check (beneficiary <> sponsor),
    bound_at timestamptz not null,
    beneficiary_region integer not null,
    kinship text not null check (kinship in
        ('spouse', 'parent', 'child', 'sibling', 'grandparent', 'grandchild', 'spouse_parent', 'other')),
    mechanism text not null check (mechanism in ('instant_draw', 'pool', 'wallet_transfer', 'wallet_quota')),
    state text not null check (state in
        ('active', 'proposed', 'not_submitted', 'display_only', 'suspended', 'ended')),
    bound_on date not null,
    effective_on date not null,
    until date,
    rank smallint not null default 1,
    cap_payment_fen bigint check (cap_payment_fen >= 0),
    cap_day_fen bigint check (cap_day_fen >= 0),
    cap_month_fen bigint check (cap_month_fen >= 0),
    cap_year_fen bigint check (cap_year_fen >= 0),
    cap_scope text not null default 'member' check (cap_scope in ('member', 'all')),
    uses text not null default 'care,premium' check (uses in ('care', 'premium', 'care,premium')),
    quota_fen bigint not null default 0 check (quota_fen >= 0),
    used_day_fen bigint not null default 0 check (used_day_fen >= 0),
    used_month_fen bigint not null default 0 check (used_month_fen >= 0),
    used_year_fen bigint not null default 0 check (used_year_fen >= 0),
    used_on date,
    wallet_open boolean not null default true,
    pool bigint check ((pool is not null) = (mechanism = 'pool')),
    primary key (sponsor, beneficiary, region, bound_at)
) with (fillfactor = 80);

-- The beneficiary's side of a sponsorship: where to look for it. The pool is repeated so that its purse can be locked
-- in one sorted pass, before the sponsorship itself may be read.
create table sponsored_by (
    region integer not null,
    beneficiary bigint not null,
    sponsor bigint not null,
    bound_at timestamptz not null,
    sponsor_region integer not null,
    masked_name text not null,
    pool bigint,
    primary key (beneficiary, region, sponsor, bound_at)
);

create table accumulator (
    region integer not null,
    person bigint not null,
    benefit_year smallint not null,
    care_group text not null check (care_group in ('outpatient', 'inpatient')),
    deductible_fen bigint not null default 0 check (deductible_fen >= 0),
    in_scope_fen bigint not null default 0 check (in_scope_fen >= 0),
    funds_fen bigint not null default 0 check (funds_fen >= 0),
    admissions smallint not null default 0 check (admissions >= 0),
    primary key (person, region, benefit_year, care_group)
) with (fillfactor = 80);

create table visit (
    region integer not null,
    visit bigint not null,
    person bigint not null,
    institution_region integer not null,
    institution text collate "C" not null,
    use text not null check (use in ('outpatient', 'chronic', 'emergency', 'inpatient', 'day_surgery', 'maternity',
        'pharmacy', 'vaccine', 'checkup')),
    begun timestamptz not null,
    ended timestamptz check (ended >= begun),
    number text not null,
    state text not null default 'open' check (state in ('open', 'closed', 'withdrawn')),
    details bytea not null default '',
    primary key (region, visit)
);

create table charge_batch (
    region integer not null,
    visit bigint not null,
    batch text collate "C" not null,
    total_fen bigint not null check (total_fen >= 0),
    in_scope_fen bigint not null check (in_scope_fen >= 0),
    upfront_share_fen bigint not null check (upfront_share_fen >= 0),
    over_price_limit_fen bigint not null check (over_price_limit_fen >= 0),
    excluded_fen bigint not null check (excluded_fen >= 0),
    barred_fen bigint not null check (barred_fen between 0 and total_fen),
    lines bytea not null,
    settled_by bigint,
    primary key (region, visit, batch),
    constraint charge_batch_parts_sum
        check (total_fen = in_scope_fen + upfront_share_fen + over_price_limit_fen + excluded_fen)
);

-- content is unknown only for an id that was voided before its message ever came.
create table message (
    region integer not null,
    institution text collate "C" not null,
    message_id text collate "C" not null,
    transaction text not null,
    content bytea check (length(content) = 32),
    case_region integer,
    case_id bigint check ((case_id is null) = (case_region is null)),
    voided boolean not null default false,
    moment timestamptz not null,
    primary key (message_id, institution, region),
    check (content is not null or voided)
);

create table cases (
    region integer not null,
    case_id bigint not null,
    kind text not null,
    person bigint not null,
    institution_region integer not null,
    institution text collate "C" not null,
    visit bigint,
    day date not null,
    settled_on date not null,
    moment timestamptz not null,
    use text not null,
    total_fen bigint not null,
    funds_fen bigint not null,
    own_fen bigint not null,
    mutual_fen bigint not null,
    cash_fen bigint not null,
    institution_fen bigint not null,
    policy text not null,
    record bytea not null,
    lane smallint not null,
    seq bigint not null,
    primary key (region, case_id),
    constraint cases_parts_sum
        check (total_fen = funds_fen + own_fen + mutual_fen + cash_fen + institution_fen),
    -- Only an undo has negative amounts, and it has no others.
    constraint cases_signs check (case kind
        when 'settlement' then least(total_fen, funds_fen, own_fen, mutual_fen, cash_fen, institution_fen) >= 0
        when 'reversal' then greatest(total_fen, funds_fen, own_fen, mutual_fen, cash_fen, institution_fen) <= 0
        else false end)
);
create index cases_by_person on cases (person, region, case_id);

-- One row is one debit and one credit of one amount, so no transfer can be one-sided. The kinds are mulaid.ledger's.
-- person is the one whose purse the transfer moves, balance_after_fen what is then left of the balance it moved.
create table transfer (
    region integer not null,
    case_id bigint not null,
    n smallint not null,
    debit_kind smallint not null,
    debit_id bigint not null,
    credit_kind smallint not null,
    credit_id bigint not null,
    amount_fen bigint not null check (amount_fen > 0),
    person bigint,
    balance_after_fen bigint check (balance_after_fen >= 0),
    moment timestamptz not null,
    primary key (region, case_id, n),
    constraint transfer_two_sides check ((debit_kind, debit_id) <> (credit_kind, credit_id)),
    constraint transfer_balance_of_person check ((person is null) = (balance_after_fen is null))
);
-- What a fund pays moves nobody's purse.
create index transfer_by_person on transfer (person, region, case_id) where person is not null;

-- The primary key is the rule: a case is undone once.
create table reversal (
    region integer not null,
    undone_case bigint not null,
    by_case bigint not null check (by_case <> undone_case),
    moment timestamptz not null,
    primary key (region, undone_case)
);

create table chain (
    region integer not null,
    lane smallint not null,
    seq bigint not null check (seq > 0),
    hash bytea not null check (length(hash) = 32),
    previous bytea not null,
    first_case bigint not null,
    n smallint not null check (n > 0),
    moment timestamptz not null,
    primary key (region, lane, seq)
);

-- When a patient was first told to swipe again, where the region asks for a second swipe.
create table first_swipe (
    region integer not null,
    person bigint not null,
    institution text collate "C" not null,
    moment timestamptz not null,
    primary key (person, region, institution)
);

-- Region 0 holds what is priced alike everywhere. A price limit is in millionths of a yuan per unit.
create table catalogue (
    region integer not null,
    code text collate "C" not null,
    from_day date not null,
    name text not null,
    item_class smallint not null check (item_class between 1 and 3),
    upfront_employee_bp smallint not null check (upfront_employee_bp between 0 and 10000),
    upfront_resident_bp smallint not null check (upfront_resident_bp between 0 and 10000),
    price_limit_micro bigint check (price_limit_micro >= 0),
    restricted boolean not null default false,
    barred boolean not null default false,
    fee_kind text not null,
    primary key (region, code, from_day)
);

-- migrate:down

-- dbmate asks for this part. Records are only ever brought forward.
do $$ begin raise exception 'mulaid migrates forward only'; end $$;
