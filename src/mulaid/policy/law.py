"""The book compiled for decisions: flat frozen objects per region and day, made once and kept.

`decide` only reads these. Compiling asks the book for every rule a decision can need, so that no search and no date
arithmetic happens while a bill is decided. What the book does not know is made as certain here as it can be
(`policy.doubt`): by agreement of all candidates, or by what mulaid assumes where a decision may assume.
"""

import datetime
from collections.abc import Iterable
from typing import Any

import msgspec

from mulaid.policy.book import Book
from mulaid.policy.divisions import NATIONAL
from mulaid.policy.doubt import narrowed
from mulaid.policy.ruling import Ruling
from mulaid.terms.codes import Scheme, Use, care_group

KEPT_MAX = 20_000
"""Compiled objects kept; past it the law forgets them all and compiles anew."""


class AidRules(msgspec.Struct, frozen=True, kw_only=True):
    """Every rule of one region on one day about relations, accounts and who pays. Field names are rule keys."""

    region: str
    mechanisms: Ruling
    binding_open: Ruling
    relations_allowed: Ruling
    per_relation_max: Ruling
    max_members: Ruling
    counts_self: Ruling
    max_members_lifetime: Ruling
    max_sponsors_per_beneficiary: Ruling
    role_exclusive: Ruling
    consent_mode: Ruling
    consent_age: Ruling
    evidence_mode: Ruling
    authorisation_period: Ruling
    min_bound_days: Ruling
    max_changes_per_year: Ruling
    rebind_cooldown_days: Ruling
    unbind_by: Ruling
    unbind_effect: Ruling
    auto_end_events: Ruling
    on_beneficiary_pause: Ruling
    on_sponsor_pause: Ruling
    territory: Ruling
    source_funds: Ruling
    floor: Ruling
    opening_balance: Ruling
    own_account_rule: Ruling
    sponsor_order_rule: Ruling
    tie_break: Ruling
    order_set_by: Ruling
    payer_groups: Ruling
    sponsors_per_settlement: Ruling
    confirm_mode: Ruling
    reswipe_minutes: Ruling
    limits: Ruling
    uses: Ruling
    designated_only: Ruling
    eligible_cost_classes: Ruling
    excluded_people: Ruling
    account_tiers: Ruling
    effective_timing: Ruling
    refund_rule: Ruling
    wallet_open: Ruling
    wallet_hours: Ruling
    own_credential_only: Ruling
    suspension_blocks: Ruling
    agent_papers_required: Ruling
    e_voucher_required: Ruling


_AID_KEYS = tuple(name for name in AidRules.__struct_fields__ if name != "region")


class OwnPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The own plan of one scheme for one use on one day: where deductible, ratio and ceiling stand."""

    deductible: Ruling
    deductible_per: str
    fund_ratio: Ruling
    bands_over: str
    fund_ceiling: Ruling
    serious_illness: Ruling
    large_amount: Ruling
    civil_servant: Ruling
    medical_assistance: Ruling
    schedule_for: Ruling
    prescription_needed: Ruling
    away_care: Ruling


_PLAN_KEYS = frozenset(OwnPlan.__struct_fields__)


class Law:
    """A book with what has been compiled from it so far."""

    def __init__(self, book: Book, *, assuming: bool = True) -> None:
        """`assuming`: whether new cases may be decided by what mulaid assumes; a recorded case says so itself."""
        self.book, self.assuming = book, assuming
        self.assumable = {entry.index: entry.key for entry in book.entries if entry.assumes}
        """The rules that may be assumed, by the entry that says so."""
        self._kept: dict[Any, Any] = {}

    def aid(self, region: str, day: datetime.date, assuming: bool = True) -> AidRules:
        """The rules of `region` about relations and accounts on `day` (the settlement day).

        `assuming`: where nobody knows, a decision may take what mulaid assumes.
        """
        key = (region, day, assuming)
        rules = self._kept.get(key)
        if rules is None:
            rulings = {name: self.ruling(region, name, day, assuming=assuming) for name in _AID_KEYS}
            rules = self._keep(key, AidRules(region=region, **rulings))
        return rules  # type: ignore[no-any-return]

    def ruling(
        self, region: str, name: str, day: datetime.date, qualifier: tuple[str, ...] = (), *, assuming: bool = True
    ) -> Ruling:
        """One rule as a decision takes it. A strict book is taken as it is.

        Of an own plan only what its own entry lists is a candidate: the plans of other places say nothing about it.
        """
        ruling = self.book.ruling(region, name, day, qualifier)
        if ruling.known or self.book.strict:
            return ruling
        if assuming:
            national = self.book.entry(NATIONAL, name, day, qualifier)
            if national is not None and national.assumes:
                candidates = national.candidates or self._given_anywhere(name, day, qualifier)
                about: dict[str, Any] = {"key": name, "region": region, "candidates": candidates}
                return Ruling(national.assume, national.index, assumed=True, **about)
        anywhere = () if ruling.candidates or name in _PLAN_KEYS else self._given_anywhere(name, day, qualifier)
        return narrowed(ruling, ruling.candidates or anywhere, ruling.candidates)

    def assumed(self, used: Iterable[int], assuming: bool) -> tuple[str, ...]:
        """The keys of the rules that a decision took as mulaid assumes them."""
        if self.book.strict or not assuming:
            return ()
        assumable = self.assumable
        return tuple(sorted({assumable[entry] for entry in used if entry in assumable}))

    def _given_anywhere(self, name: str, day: datetime.date, qualifier: tuple[str, ...]) -> tuple[Any, ...]:
        key = ("candidates", name, day, qualifier)
        found = self._kept.get(key)
        if found is None:
            found = self._keep(key, self.book.candidates(name, day, qualifier))
        return found  # type: ignore[no-any-return]

    def own_plan(self, region: str, scheme: Scheme, use: Use, day: datetime.date) -> OwnPlan:
        """The own plan of `region` on `day` (the day of care)."""
        key = (region, scheme, use, day)
        plan = self._kept.get(key)
        if plan is None:
            plan = self._keep(key, self._own_plan(region, scheme, use, day))
        return plan  # type: ignore[no-any-return]

    def benefit_year(self, region: str, day: datetime.date) -> int:
        """The benefit year (医保年度) a day of care counts in, named by the calendar year it begins in."""
        key = ("benefit_year", region, day)
        year = self._kept.get(key)
        if year is None:
            start = self.ruling(region, "benefit_year_start", day)
            begun = not start.known or (day.month, day.day) >= start.value
            year = self._keep(key, day.year if begun else day.year - 1)
        return year  # type: ignore[no-any-return]

    def _own_plan(self, region: str, scheme: Scheme, use: Use, day: datetime.date) -> OwnPlan:
        ask = self.ruling
        schedules = ask(region, "schedule_for", day)
        care = schedules.value.get(use, use) if schedules.known else use
        of_group = (str(scheme), str(care_group(use)))
        ratio, deductible = (
            ask(region, "fund_ratio", day, (str(scheme), str(care))),
            ask(region, "deductible", day, of_group),
        )
        return OwnPlan(
            deductible=deductible,
            deductible_per=self._entry_word(deductible, "per", "year"),
            fund_ratio=ratio,
            bands_over=self._entry_word(ratio, "over", "bill"),
            fund_ceiling=ask(region, "fund_ceiling", day, of_group),
            serious_illness=ask(region, "serious_illness", day, of_group),
            large_amount=ask(region, "large_amount", day, of_group),
            civil_servant=ask(region, "civil_servant", day, of_group),
            medical_assistance=ask(region, "medical_assistance", day, of_group),
            schedule_for=schedules,
            prescription_needed=ask(region, "prescription_needed", day),
            away_care=ask(region, "away_care", day, (str(scheme),)),
        )

    def _entry_word(self, ruling: Ruling, name: str, default: str) -> str:
        return getattr(self.book.entries[ruling.rule], name) if ruling.rule >= 0 else default

    def _keep(self, key: Any, made: Any) -> Any:
        if len(self._kept) >= KEPT_MAX:
            self._kept.clear()
        self._kept[key] = made
        return made
