"""Who looked at whose affairs, and who was refused an inquiry: both counted by person and day."""

from mulaid.store.writes import Write

LOOKED = Write(
    """
insert into look (region, {names}, day, last_at)
select coalesce($1, region), {names}, first_at::date, first_at
from {rows} as new
on conflict (region, person, day, inquiry, sender) do update set n = look.n + excluded.n, last_at = excluded.last_at
""",
    {
        "person": "bigint",
        "inquiry": "text",
        "role": "text",
        "sender": "text",
        "n": "integer",
        "first_at": "timestamptz",
    },
)

TRIED = Write(
    """
insert into attempt (region, {names}, day, last_at)
select coalesce($1, region), {names}, first_at::date, first_at
from {rows} as new
on conflict (region, person, day, act, code, sender)
    do update set n = attempt.n + excluded.n, last_at = excluded.last_at
""",
    {"person": "bigint", "act": "text", "code": "text", "sender": "text", "n": "integer", "first_at": "timestamptz"},
)
