"""What can be done by hand to what relations rest on: consents, evidence, quotas, contributions, powers, links."""

from mulaid.audit.findings import Check as C

OF_COUSIN = "where sponsor = {cousin} and side = 'sponsor'"
OF_HERS = "where sponsor = {cousin}"
WHEN = "(select moment from cases where case_id = {bound})"
PLACE = "{near}, {cousin}, {uncle}, " + WHEN
_CONSENT = "'guardian', {near}, {cousin}, 'signed_in', null, "
_POWER = "'delegate', 'money', null, null, {case}"
_TWO = "{near}, {cousin}, {near}, {uncle}, "
MADE = {
    "consent": f"insert into consent values ({PLACE}, {_CONSENT}{WHEN}, {{case}})",
    "evidence": f"insert into evidence values ({PLACE}, 'documents', null, null, {{near}}, 5, {WHEN}, {{case}})",
    "relation_suspension": f"insert into relation_suspension values ({PLACE}, 'sponsor', 'c:x', {WHEN}, {{case}})",
    "quota": f"insert into quota values ({PLACE}, 100)",
    "contribution": f"insert into contribution values ({{near}}, {{pool}}, {WHEN}, {{near}}, 5, 5, 5, null, {{case}})",
    "power": f"insert into power values ({_TWO}{WHEN}, {_POWER})",
    "display_link": f"insert into display_link values ({_TWO}{WHEN}, null, {{case}})",
}
"""A row of each table, of a case that is filled in."""


def made(table: str, case: str = "9") -> str:
    """Insert a row that names this case."""
    return MADE[table].replace("{case}", case)


def later(table: str, column: str) -> str:
    """Insert a row of a case that is there, and give it another moment."""
    return made(table, "{bound}") + f"; update {table} set {column} = {column} + interval '1 second'"


_GROUND = {C.GROUND}
DAMAGES: dict[str, dict[str, tuple[str, set[C]]]] = {
    **{f"{table}: made": {"by hand": (made(table), _GROUND)} for table in MADE},
    **{
        f"{table}.{column}": {"another": (f"update {table} set {column} = {value} {where}", _GROUND)}
        for table, where in (("consent", OF_COUSIN), ("evidence", OF_HERS))
        for column, value in (
            ("region", "{far}"),
            ("sponsor", "{aunt}"),
            ("beneficiary", "{aunt}"),
            ("bound_at", "bound_at - interval '1 second'"),
            ("case_id", "9"),
        )
    },
    "consent.given_at": {
        "another": (f"update consent set given_at = given_at - interval '1 hour' {OF_COUSIN}", _GROUND)
    },
    "evidence.signed_at": {"another": ("update evidence set signed_at = signed_at - interval '1 hour'", _GROUND)},
    "relation_suspension.case_id": {"of none": (made("relation_suspension"), _GROUND)},
    "relation_suspension.since": {"another": (later("relation_suspension", "since"), _GROUND)},
    "relation_suspension.bound_at": {"of one that is not": (made("relation_suspension", "{bound}"), _GROUND)},
    "quota.bound_at": {"of one that has none": (made("quota"), _GROUND)},
    "quota.size_fen": {
        "below what is left": (
            "insert into quota select region, sponsor, beneficiary, bound_at, 1 from sponsorship"
            " where mechanism = 'wallet_quota' and quota_fen > 1",
            _GROUND,
        )
    },
    "contribution.case_id": {"of none": (made("contribution"), _GROUND)},
    "contribution.paid_at": {"another": (later("contribution", "paid_at"), _GROUND)},
    "contribution.pool": {
        "of none": (made("contribution", "{bound}") + "; update contribution set pool = 9", _GROUND),
    },
    "power.case_id": {"of none": (made("power"), _GROUND)},
    "power.given_at": {"another": (later("power", "given_at"), _GROUND)},
    "display_link.case_id": {"of none": (made("display_link"), _GROUND)},
    "display_link.linked_at": {"another": (later("display_link", "linked_at"), _GROUND)},
}

_AGREED = "what was agreed and by whom only the record of the act says, as its request"
_GONE = "what is gone leaves the record of its act, which more than one row may stand for"
_WHO = "whom it is about only the record of the act says"
UNSEEN = {
    **{f"{table}: gone": _GONE for table in MADE},
    **{
        f"{table}.{column}": _AGREED
        for table, columns in {
            "consent": ("side", "by_region", "by_person", "how", "clerk"),
            "evidence": ("kind", "text_version", "text_hash", "signer_region", "signer"),
            "relation_suspension": ("side", "by_actor"),
            "contribution": ("amount_fen", "prior_fen", "returned_fen"),
            "power": ("kind", "scope", "until", "ended_at"),
            "display_link": ("ended_at",),
        }.items()
        for column in columns
    },
    **{
        f"{table}.{column}": _WHO
        for table, columns in {
            "relation_suspension": ("region", "sponsor", "beneficiary"),
            "quota": ("region", "sponsor", "beneficiary"),
            "contribution": ("region", "payer_region", "payer"),
            "power": ("region", "person", "holder_region", "holder"),
            "display_link": ("region", "holder", "relative_region", "relative"),
        }.items()
        for column in columns
    },
}
