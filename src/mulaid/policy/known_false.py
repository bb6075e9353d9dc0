"""Claims that circulate and are known to be false, as patterns over what a book states. Adding one is one line.

What is false about each, and the remedy, is told in `mulaid.wording.review` by the pattern's name.
"""

import datetime
import re

import msgspec

from mulaid.policy.entry import Entry

_COUNTS = ("max_members", "max_members_lifetime", "max_sponsors_per_beneficiary", "max_changes_per_year")


class FalseClaim(msgspec.Struct, frozen=True):
    """All that is given must fit: a word of an entry or source, the rule, the value as JSON, the first day."""

    name: str
    text: str = ""
    rules: tuple[str, ...] = ()
    value: str = ""
    since: datetime.date = datetime.date.min
    source: str = ""
    """Who says what is right, where a claim is false in whatever words it stands."""


KNOWN_FALSE = (
    FalseClaim("paper_34", text=r"(国办|国务院).{0,24}34\s*号", source="guobanfa-2024-38"),
    FalseClaim("spouse_parents", rules=("relations_allowed",), value="spouse_parent", since=datetime.date(2024, 12, 9)),
    FalseClaim("wallet_limit", text="钱包|3 ?[笔次]", rules=("limits",), value='"payment":200000\\b'),
    FalseClaim("code_link_count", text="亲情账户", rules=_COUNTS),
    FalseClaim(
        "code_link_channel", rules=("channels",), value='"menu":"[^"]*亲情账户[^"]*","misleading":false,"note":""'
    ),
    FalseClaim("suspension_months", rules=("penalties",), value='"article":41,[^}]*"suspend_from":[12],'),
    FalseClaim("wallet_everywhere", text="337.{0,6}(都|全部).{0,4}开通", source="xinhua-2026-01-09"),
    FalseClaim("inpatient_only", text="医保.{0,4}只.{0,2}住院.{0,4}报销", source="guobanfa-2021-outpatient"),
)

RIGHT_BY = {claim.name: claim.source for claim in KNOWN_FALSE if claim.source}
"""The source that says what is right, by the name of the claim."""


def false_claims(entry: Entry) -> list[str]:
    """The names of the claims an entry repeats. An unknown states no value and repeats none."""
    value = "" if entry.wholly_unknown else msgspec.json.encode(entry.value).decode()
    text = "\n".join((entry.says, entry.quote))
    return [
        claim.name
        for claim in KNOWN_FALSE
        if (not claim.rules or (entry.key in claim.rules and value))
        and re.search(claim.text, text)
        and re.search(claim.value, value)
        and entry.first_day >= claim.since
    ]


def false_claims_in(*texts: str) -> list[str]:
    """The names of the claims that are false in any words, whatever rule they stand by."""
    text = "\n".join(texts)
    return [claim.name for claim in KNOWN_FALSE if not claim.rules and re.search(claim.text, text)]
