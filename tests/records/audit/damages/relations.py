"""What can be done by hand to relations, on the sponsor's side and on the beneficiary's."""

from mulaid.audit.findings import Check as C

DRAWN = "where sponsor = {son} and beneficiary = {mother} and mechanism = 'instant_draw'"
QUOTA = "where mechanism = 'wallet_quota'"
BOUND = "where sponsor = {cousin} and state = 'active'"
ENDED = "where sponsor = {cousin} and state = 'ended'"
TO_MOTHER = "where sponsor = {daughter}"
MAKE = """
insert into sponsorship (region, sponsor, beneficiary, bound_at, beneficiary_region, kinship, mechanism, state,
    bound_on, effective_on)
values ({near}, {aunt}, {uncle}, '2026-11-20 12:00:00+08', {near}, 'spouse', 'instant_draw', 'active', '2026-11-20',
"""
APART = {C.SPONSORSHIP_WITHOUT_POINTER, C.POINTER_WITHOUT_SPONSORSHIP}

DAMAGES: dict[str, dict[str, tuple[str, set[C]]]] = {
    "sponsorship.region": {
        "another": (
            f"update sponsorship set region = {{far}} {DRAWN}",
            APART | {C.USAGE_SPONSORSHIP, C.PERSON_MISSING},
        ),
    },
    "sponsorship.sponsor": {
        "somebody else": (f"update sponsorship set sponsor = {{aunt}} {DRAWN}", APART | {C.USAGE_SPONSORSHIP}),
        "nobody": (
            f"update sponsorship set sponsor = 9 {DRAWN}",
            APART | {C.USAGE_SPONSORSHIP, C.PERSON_MISSING},
        ),
    },
    "sponsorship.beneficiary": {
        "somebody else": (f"update sponsorship set beneficiary = {{aunt}} {DRAWN}", APART | {C.USAGE_SPONSORSHIP}),
        "nobody": (
            f"update sponsorship set beneficiary = 9 {DRAWN}",
            APART | {C.USAGE_SPONSORSHIP, C.PERSON_MISSING},
        ),
    },
    "sponsorship.bound_at": {
        "a moment later": (
            f"update sponsorship set bound_at = bound_at + interval '1 second' {DRAWN}",
            APART | {C.USAGE_SPONSORSHIP},
        ),
    },
    "sponsorship.beneficiary_region": {
        "another": (
            f"update sponsorship set beneficiary_region = {{third}} {DRAWN}",
            APART | {C.PERSON_MISSING},
        ),
    },
    "sponsorship.kinship": {
        "another": (f"update sponsorship set kinship = 'spouse' {DRAWN}", {C.SPONSORSHIP_CHANGED}),
    },
    "sponsorship.mechanism": {
        "another": (f"update sponsorship set mechanism = 'wallet_quota' {DRAWN}", {C.SPONSORSHIP_RECORD}),
        "of one that has money set apart": (
            f"update sponsorship set mechanism = 'instant_draw' {QUOTA}",
            {C.SPONSORSHIP_RECORD, C.QUOTA},
        ),
    },
    "sponsorship.state": {
        "suspended": (f"update sponsorship set state = 'suspended' {DRAWN}", {C.SPONSORSHIP_CHANGED}),
        "ended, though no act ended it": (
            f"update sponsorship set state = 'ended', until = '2026-11-21' {BOUND}; delete from end_wish",
            {C.SPONSORSHIP_CHANGED},
        ),
        "alive, though an act ended it": (
            f"update sponsorship set state = 'active', until = null {ENDED}",
            {C.SPONSORSHIP_CHANGED},
        ),
        "ended, and paid from after": (
            f"update sponsorship set state = 'ended', until = '2026-01-01' {DRAWN}",
            {C.SPONSORSHIP_CHANGED},
        ),
        "alive again": (
            "update sponsorship set state = 'active', until = null where sponsor = {aunt}",
            {C.SPONSORSHIP_CHANGED},
        ),
    },
    "sponsorship.bound_on": {
        "earlier": (
            f"update sponsorship set bound_on = bound_on - 30 {DRAWN}",
            {C.SPONSORSHIP_DAYS, C.SPONSORSHIP_RECORD},
        ),
    },
    "sponsorship.effective_on": {
        "before it was bound": (
            f"update sponsorship set effective_on = bound_on - 1 {DRAWN}",
            {C.SPONSORSHIP_DAYS, C.SPONSORSHIP_CHANGED},
        ),
        "later": (f"update sponsorship set effective_on = bound_on + 1 {DRAWN}", {C.SPONSORSHIP_CHANGED}),
    },
    "sponsorship.until": {
        "before it was bound": (
            f"update sponsorship set until = bound_on - 1 {DRAWN}",
            {C.SPONSORSHIP_DAYS, C.SPONSORSHIP_CHANGED},
        ),
        "open": (f"update sponsorship set until = null {DRAWN}", {C.SPONSORSHIP_CHANGED}),
    },
    "sponsorship.rank": {"another": (f"update sponsorship set rank = 7 {DRAWN}", {C.SPONSORSHIP_CHANGED})},
    "sponsorship.cap_payment_fen": {
        "lifted": (f"update sponsorship set cap_payment_fen = null {DRAWN}", {C.SPONSORSHIP_CHANGED}),
    },
    "sponsorship.cap_day_fen": {
        "raised": (f"update sponsorship set cap_day_fen = 10000000 {DRAWN}", {C.SPONSORSHIP_CHANGED}),
    },
    "sponsorship.cap_month_fen": {
        "raised": (f"update sponsorship set cap_month_fen = 10000000 {DRAWN}", {C.SPONSORSHIP_CHANGED}),
    },
    "sponsorship.cap_year_fen": {
        "raised": (f"update sponsorship set cap_year_fen = 10000000 {DRAWN}", {C.SPONSORSHIP_CHANGED}),
    },
    "sponsorship.cap_scope": {
        "another": (f"update sponsorship set cap_scope = 'all' {DRAWN}", {C.SPONSORSHIP_CHANGED}),
    },
    "sponsorship.uses": {
        "fewer": (f"update sponsorship set uses = 'premium' {DRAWN}", {C.SPONSORSHIP_CHANGED}),
    },
    "sponsorship.quota_fen": {
        "more": (f"update sponsorship set quota_fen = quota_fen + 1 {QUOTA}", {C.QUOTA}),
        "of a draw": (f"update sponsorship set quota_fen = 1 {DRAWN}", {C.QUOTA}),
        "sent to a wallet": (
            "update sponsorship set quota_fen = 7001 where mechanism = 'wallet_transfer'",
            {C.QUOTA},
        ),
    },
    "sponsorship.quota_prior_fen": {
        "of money that was set apart without any": (
            f"update sponsorship set quota_prior_fen = 1 {QUOTA}",
            {C.QUOTA},
        ),
        "of a draw": (
            "alter table sponsorship drop constraint sponsorship_quota_prior;"
            f"update sponsorship set quota_prior_fen = 1 {DRAWN}",
            {C.QUOTA},
        ),
    },
    "sponsorship.brought_forward": {
        "of one that an act made": (
            f"update sponsorship set brought_forward = true {BOUND}",
            {C.SPONSORSHIP_RECORD},
        ),
    },
    "sponsorship.used_day_fen": {
        "less": (f"update sponsorship set used_day_fen = 1 {DRAWN}", {C.USAGE_SPONSORSHIP}),
    },
    "sponsorship.used_month_fen": {
        "less": (f"update sponsorship set used_month_fen = 1 {DRAWN}", {C.USAGE_SPONSORSHIP}),
    },
    "sponsorship.used_year_fen": {
        "less": (f"update sponsorship set used_year_fen = 1 {DRAWN}", {C.USAGE_SPONSORSHIP}),
    },
    "sponsorship.used_on": {
        "earlier": (f"update sponsorship set used_on = '2026-11-19' {DRAWN}", {C.USAGE_SPONSORSHIP}),
        "in the future": (
            "update sponsorship set used_on = '2027-12-31', used_day_fen = 0, used_month_fen = 0, used_year_fen = 0 "
            f"{DRAWN}",
            {C.FUTURE},
        ),
    },
    "sponsorship.wallet_open": {
        "not": (f"update sponsorship set wallet_open = false {QUOTA}", {C.SPONSORSHIP_CHANGED}),
    },
    "sponsorship.pool": {
        "another": (
            "update sponsorship set pool = 9 where mechanism = 'pool'",
            APART | {C.POOL, C.PURSE_WITHOUT_PERSON},
        ),
        "somebody's own purse": (
            "update sponsorship set pool = {aunt} where mechanism = 'pool';"
            "update sponsored_by set pool = {aunt} where pool is not null",
            {C.POOL, C.PURSE_WITHOUT_PERSON},
        ),
    },
    "sponsorship: gone": {
        "one that an act made": (
            f"delete from sponsorship {BOUND}; delete from sponsored_by where sponsor = {{cousin}} and bound_at > "
            "(select min(bound_at) from sponsored_by where sponsor = {cousin}); delete from end_wish",
            {C.SPONSORSHIP_MISSING, C.GROUND},
        ),
        "": (f"delete from sponsorship {DRAWN}", {C.POINTER_WITHOUT_SPONSORSHIP, C.USAGE_SPONSORSHIP}),
    },
    "sponsorship: made": {
        "on the sponsor's side": (
            MAKE + "'2026-11-20')",
            {C.SPONSORSHIP_WITHOUT_POINTER, C.SPONSORSHIP_WITHOUT_RECORD},
        ),
        "effective before it was bound": (
            MAKE + "'2026-11-01');"
            "insert into sponsored_by values ({near}, {uncle}, {aunt}, '2026-11-20 12:00:00+08', {near}, '韦*英')",
            {C.SPONSORSHIP_DAYS, C.SPONSORSHIP_WITHOUT_RECORD},
        ),
    },
    "end_wish.region": {"another": ("update end_wish set region = {far}", {C.END_WISH})},
    "end_wish.sponsor": {"nobody": ("update end_wish set sponsor = 9", {C.END_WISH})},
    "end_wish.beneficiary": {"nobody": ("update end_wish set beneficiary = 9", {C.END_WISH})},
    "end_wish.bound_at": {
        "a moment later": ("update end_wish set bound_at = bound_at + interval '1 second'", {C.END_WISH}),
    },
    "end_wish.asked_on": {"in the future": ("update end_wish set asked_on = '2027-01-01'", {C.FUTURE})},
    "end_wish: made": {
        "before the end of it": (
            "insert into end_wish select region, sponsor, beneficiary, bound_at, 'sponsor', '2026-11-19'"
            f"from sponsorship {ENDED}",
            {C.END_WISH},
        ),
        "of a relation that has ended": (
            "insert into end_wish select region, sponsor, beneficiary, bound_at, 'sponsor', '2026-11-20'"
            "from sponsorship where sponsor = {aunt}",
            {C.END_WISH},
        ),
    },
    "sponsored_by.region": {"another": (f"update sponsored_by set region = {{third}} {TO_MOTHER}", APART)},
    "sponsored_by.beneficiary": {
        "somebody else": (f"update sponsored_by set beneficiary = {{aunt}} {TO_MOTHER}", APART),
    },
    "sponsored_by.sponsor": {"nobody": (f"update sponsored_by set sponsor = 9 {TO_MOTHER}", APART)},
    "sponsored_by.bound_at": {
        "a moment later": (
            f"update sponsored_by set bound_at = bound_at + interval '1 second' {TO_MOTHER}",
            APART,
        ),
    },
    "sponsored_by.sponsor_region": {
        "another": (f"update sponsored_by set sponsor_region = {{third}} {TO_MOTHER}", APART),
    },
    "sponsored_by.masked_name": {
        "another": (f"update sponsored_by set masked_name = '李*' {TO_MOTHER}", {C.POINTER_NAME}),
    },
    "sponsored_by.pool": {
        "none": ("update sponsored_by set pool = null where pool is not null", APART),
    },
    "sponsored_by: gone": {"": (f"delete from sponsored_by {TO_MOTHER}", {C.SPONSORSHIP_WITHOUT_POINTER})},
    "sponsored_by: made": {
        "": (
            "insert into sponsored_by values ({near}, {mother}, {cousin}, now(), {near}, '韦*梅')",
            {C.POINTER_WITHOUT_SPONSORSHIP},
        ),
    },
}

UNSEEN = {
    "end_wish.side": "a wish of the other side would look the same",
    "end_wish: gone": "a wish that comes true is deleted, which leaves nothing behind",
    "end_wish: made: beside a relation that lives": "a wish leaves no record when it is made",
    "sponsorship: made: on both sides, at a midnight": "a load leaves no record of the relations it brings",
    "sponsorship.brought_forward: of one that a load brought": "nothing else says when the relation was written down",
    "sponsorship.cap_day_fen: of a relation no settlement has seen": "a load leaves no record of its relations",
    "sponsorship.state: of a loaded relation no settlement has seen": "a load leaves no record of its relations",
    "sponsorship.quota_fen: of a purse with as much more frozen": "what was set apart is a load's to say",
}
