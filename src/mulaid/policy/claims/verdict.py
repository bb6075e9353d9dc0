"""What becomes of a reading: in how many regions a source says so, in how many not, and where nobody knows."""

import datetime
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import msgspec

from mulaid.policy.book import Book
from mulaid.policy.claims.claim import Claim, Comparison, Unlisted, read_value
from mulaid.policy.claims.evidence import meanwhile
from mulaid.policy.claims.reader import Reading
from mulaid.policy.claims.readings import Said
from mulaid.policy.claims.truth import Truth, period_on, periods
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.history import span_on
from mulaid.policy.rules import BY_KEY
from mulaid.policy.shapes import ShapeFault


class Verdict(StrEnum):
    """One word for a claim over the regions asked about."""

    HOLDS = "holds"
    HOLDS_WHERE_KNOWN = "holds_where_known"
    FAILS = "fails"
    FAILS_WHERE_KNOWN = "fails_where_known"
    DEPENDS = "depends"
    """Some regions have it so and others do not."""
    PERSON = "person"
    """It depends on who is ill, and where."""
    UNKNOWN = "unknown"
    NO_RULE = "no_rule"
    """The book has no rule for it."""
    AGAINST = "against"
    """The book has no rule for it, but has settled that it is not so."""
    AGREED = "agreed"
    """The book has no rule for it, and has settled that it is not so, as the claim says."""
    ASK = "ask"


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A claim with what the book says to it, region by region on one day."""

    said: Said
    claims: tuple[Claim, ...]
    """One a qualifier; none where the book has no rule."""
    day: datetime.date
    truths: dict[str, Truth]
    assumed: dict[str, Any]
    """By region where nobody knows, what mulaid goes by meanwhile."""
    verdict: Verdict

    def count(self, *truths: Truth) -> int:
        """In how many of the regions counted it is so. The nation is no region of its own beside others."""
        return sum(each in truths for region, each in self.truths.items() if self.counts(region))

    def counts(self, region: str) -> bool:
        return region != NATIONAL or len(self.truths) == 1


def judged(book: Book, reading: Reading, day: datetime.date, places: Iterable[str] = ()) -> tuple[Judged, ...]:
    """Every meaning of a reading judged: on the days it names, else on `day`; where it says, else in `places`."""
    asked = reading.last or day
    regions = reading.places or tuple(places) or tuple(sorted(book.regions))
    return tuple(_judged(book, said, reading, asked, regions) for said in reading.said)


def claims_of(book: Book, said: Said) -> tuple[Claim, ...]:
    """The claims to ask the book for, one a qualifier that fits; none where the book has no such rule or value."""
    if said.key not in BY_KEY:
        return ()
    try:
        value = _value(said)
    except (ShapeFault, KeyError, TypeError):
        return ()
    rule = BY_KEY[said.key]
    qualifiers = (book.qualifiers(said.key) or ((),)) if rule.qualifiers else ((),)
    fitting = [each for each in qualifiers if _suits(rule.qualifiers, each, said.qualifier)]
    return tuple(
        Claim(key=said.key, comparison=said.comparison, value=value, qualifier=qualifier, item=said.item, who=said.who)
        for qualifier in fitting
    )


def _value(said: Said) -> Any:
    try:
        return read_value(said.key, said.comparison, said.value, said.item)
    except ShapeFault as fault:
        if fault.reason == "not_a_choice" and isinstance(said.value, str):
            return Unlisted(said.value)
        raise


def _suits(names: tuple[str, ...], qualifier: tuple[str, ...], said: tuple[str, ...]) -> bool:
    """Whether a qualifier is among what is said: of scheme and of care each, where something is said of it."""
    schemes = {"employee", "resident"}
    for name, value in zip(names, qualifier, strict=True):
        wanted = schemes & set(said) if name == "scheme" else set(said) - schemes
        if wanted and value not in wanted:
            return False
    return True


def _judged(book: Book, said: Said, reading: Reading, day: datetime.date, regions: tuple[str, ...]) -> Judged:
    claims = () if said.topic and said.key not in BY_KEY else claims_of(book, said)
    truths: dict[str, Truth] = {}
    assumed: dict[str, Any] = {}
    for region in regions if claims else ():
        truths[region] = _together([period_on(periods(book, claim, region), day).truth for claim in claims])
        span = span_on(book, region, said.key, day, claims[0].qualifier)
        if truths[region] is Truth.UNKNOWN and span and (value := meanwhile(span.entry)) is not None:
            assumed[region] = value
    judgement = Judged(said=said, claims=claims, day=day, truths=truths, assumed=assumed, verdict=Verdict.UNKNOWN)
    return msgspec.structs.replace(judgement, verdict=_verdict(judgement, reading))


def _together(found: list[Truth]) -> Truth:
    """What several schemes or kinds of care say together, of which the claim named none."""
    said = set(found) - {Truth.ABSENT}
    if len(said) <= 1:
        return said.pop() if said else Truth.ABSENT
    if said == {Truth.HOLDS, Truth.UNKNOWN}:
        return Truth.HOLDS
    return Truth.PERSON if said & {Truth.HOLDS, Truth.PERSON} else Truth.UNKNOWN


def _settled(said: Said) -> Verdict:
    if not said.against:
        return Verdict.NO_RULE
    return Verdict.AGREED if said.comparison is Comparison.IS_NOT else Verdict.AGAINST


def _verdict(judgement: Judged, reading: Reading) -> Verdict:
    if reading.asks:
        return Verdict.ASK
    if judgement.said.unclear:
        return Verdict.UNKNOWN
    if not judgement.claims:
        return _settled(judgement.said)
    counted = Counter(truth for region, truth in judgement.truths.items() if judgement.counts(region))
    holds, fails, person = (counted[each] for each in (Truth.HOLDS, Truth.FAILS, Truth.PERSON))
    unknown = counted[Truth.UNKNOWN] + counted[Truth.ABSENT]
    if reading.some:
        return Verdict.HOLDS if holds + person else Verdict.UNKNOWN if unknown else Verdict.FAILS
    if person and not holds and not fails:
        return Verdict.PERSON
    if person or (holds and fails):
        return Verdict.DEPENDS
    if holds:
        return Verdict.HOLDS_WHERE_KNOWN if unknown else Verdict.HOLDS
    if fails:
        return Verdict.FAILS_WHERE_KNOWN if unknown else Verdict.FAILS
    return Verdict.UNKNOWN
