"""Claims that circulate and are known to be false, as patterns over what a book states. Adding one is one line.

What is false about each, and the remedy, is told in `mulaid.wording.review` by the pattern's name.
"""

import datetime
import re

import msgspec

from mulaid.policy.entry import Entry, Source

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
    FalseClaim("inpatient_only", text="只(有|能|报)?住院.{0,4}报销", source="guobanfa-2021-outpatient"),
)


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


def false_claims_of_source(source: Source) -> list[str]:
    """The names of the claims that stand in a source's own data. A title is the source's word and is left alone."""
    text = "\n".join((source.number, source.note))
    return [claim.name for claim in KNOWN_FALSE if not claim.rules and re.search(claim.text, text)]


def false_claims_in(text: str) -> list[FalseClaim]:
    """The claims that a sentence repeats, of those that are false in whatever words they stand."""
    return [claim for claim in KNOWN_FALSE if claim.source and re.search(claim.text, text)]
