"""The checks of one question, asked in the order of precedence of its reasons: the first that objects, or all that do.

A decision stops at the first objection; whoever wants to know everything that stands in the way lets the same checks
run on. A definite reason always wins over a rule nobody knows, so an unknown rule is only remembered until the end.
"""

from typing import Generic, TypeVar

from mulaid.decide.looked import Asking, Looked
from mulaid.policy.rules import Pause
from mulaid.policy.ruling import Ruling
from mulaid.terms.outcome import Objection
from mulaid.terms.reasons import Reason

AnyReason = TypeVar("AnyReason", bound=Reason)


_NONE_YET: tuple[Ruling, ...] = ()


class Stopped(Exception):
    """The first objection is found. Never leaves this module."""


class Objections(Asking, Generic[AnyReason]):
    """What stands against one question. The question's own checks are in a class that derives from this one."""

    not_known: AnyReason
    """The reason of this family that says that nobody knows a rule."""
    used: Looked
    _running_on: bool = False
    _found: tuple[Objection[AnyReason], ...] = ()
    _unknown = _NONE_YET

    def checks(self) -> None:
        """Ask everything, in order of precedence."""
        raise NotImplementedError

    def first(self) -> Objection[AnyReason] | None:
        """The reason that decides: the first definite one, else the first rule nobody knows; None: nothing objects."""
        self._unknown = _NONE_YET
        try:
            self.checks()
        except Stopped:
            return self._found[-1]
        if not self._unknown:
            return None
        self.used.missing += self._unknown
        return Objection(self.not_known, self._unknown[0].rule)

    def every(self) -> tuple[Objection[AnyReason], ...]:
        """All reasons in order of precedence, each with every entry that decides it, and every rule nobody knows."""
        self._found, self._unknown, self._running_on = (), _NONE_YET, True
        self.checks()
        self._running_on = False
        place = list(type(self.not_known)).index
        unknown = [Objection(self.not_known, ruling.rule) for ruling in self._unknown]
        return tuple(dict.fromkeys([*sorted(self._found, key=lambda each: place(each.reason)), *unknown]))

    def refuse(self, reason: AnyReason, rule: int) -> None:
        """Something stands against it. Returns only where the checks run on."""
        self._found += (Objection(reason, rule),)
        if not self._running_on:
            raise Stopped

    def remember(self, ruling: Ruling) -> None:
        """A rule nobody knows would be needed."""
        if ruling not in self._unknown:
            self._unknown += (ruling,)

    def lacks(self, ruling: Ruling, item: str | int) -> bool:
        """Whether `item` certainly does not belong to the set; where that is unknown, it is remembered."""
        self.used.add(ruling.rule)
        if ruling.known and item not in ruling.maybe:
            return item not in ruling.value
        self.remember(ruling)
        return False

    def holds(self, ruling: Ruling, item: str) -> bool:
        """Whether `item` certainly belongs to the set; where that is unknown, it is remembered."""
        self.used.add(ruling.rule)
        if ruling.known and item not in ruling.maybe:
            return item in ruling.value
        self.remember(ruling)
        return False

    def pause(self, ruling: Ruling, reason: AnyReason) -> None:
        """A pause of cover objects unless the rule says that it is no matter."""
        word = self.needs(ruling)
        if word is not None and word is not Pause.IGNORE:
            self.refuse(reason, ruling.rule)
