"""What can be done by hand to what is noted beside the records: attempts, looks, and that audits were made."""

from mulaid.audit.findings import Check as C

LOOK = """insert into look values ({near}, {mother}, '2026-11-20', 'case', 'institution', 'H45060099901', 1,
    '2026-11-20 11:00+08', '2026-11-20 11:00+08')"""

DAMAGES: dict[str, dict[str, tuple[str, set[C]]]] = {
    "attempt.day": {"another": ("update attempt set day = day - 1", {C.NOTED})},
    "attempt.n": {
        "none": ("alter table attempt drop constraint attempt_n_check; update attempt set n = 0", {C.NOTED}),
    },
    "attempt.first_at": {
        "earlier": ("update attempt set first_at = first_at - interval '1 second'", {C.NOTED}),
        "of another day": ("update attempt set first_at = first_at - interval '1 day', n = 2", {C.NOTED}),
    },
    "attempt.last_at": {
        "before the first": (
            "alter table attempt drop constraint attempt_check;"
            "update attempt set last_at = first_at - interval '1 second', n = 2",
            {C.NOTED},
        ),
        "in the future": (
            "update attempt set day = '2027-12-31', first_at = '2027-12-31 10:00+08', last_at = '2027-12-31 10:00+08'",
            {C.MOMENT_AHEAD},
        ),
    },
    "look.day": {"another": (f"{LOOK}; update look set day = day - 1", {C.NOTED})},
    "look.n": {
        "none": (f"{LOOK}; alter table look drop constraint look_n_check; update look set n = 0", {C.NOTED}),
    },
    "look.first_at": {
        "earlier": (f"{LOOK}; update look set first_at = first_at - interval '1 second'", {C.NOTED}),
    },
    "look.last_at": {
        "in the future": (
            f"{LOOK}; update look set day = '2027-12-31', first_at = '2027-12-31 10:00+08', "
            "last_at = '2027-12-31 10:00+08'",
            {C.MOMENT_AHEAD},
        ),
    },
    "audit_run.finished": {
        "in the future": ("insert into audit_run values (0, '2027-12-31', 1, true, 0)", {C.MOMENT_AHEAD}),
    },
}

RUN = "what an audit left of itself: the next one finds what it finds, whatever stands there"
LOOKED = "a look leaves nothing else behind"
TRIED = "what was refused leaves nothing else behind, and may be about somebody who is not registered"
UNSEEN = {
    **{f"look{each}": LOOKED for each in (".region", ".person", ".inquiry", ".role", ".sender", ": gone", ": made")},
    "attempt.region": TRIED,
    "attempt.person": TRIED,
    "attempt.act": TRIED,
    "attempt.code": TRIED,
    "attempt.sender": TRIED,
    "attempt: gone": TRIED,
    "attempt: made": TRIED,
    "audit_run.region": RUN,
    "audit_run.took_ms": RUN,
    "audit_run.replayed": RUN,
    "audit_run.findings": RUN,
    "audit_run: gone": RUN,
    "audit_run: made": RUN,
}
