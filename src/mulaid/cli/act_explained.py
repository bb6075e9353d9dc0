"""What `mulaid explain` says of a case that is no bill: what was done, by whom, by which rules, what money it moved."""

from typing import Any

import msgspec

from mulaid.explain.citing import cite, step_data, unverified_rules
from mulaid.ledger.journal import PURSE_KINDS, AccountKind, Transfer
from mulaid.policy.book import Book
from mulaid.procedures.act.records import ActRecord
from mulaid.store.cases import ActCase
from mulaid.terms.calendar import CHINA
from mulaid.terms.money import Fen, yuan
from mulaid.wording import acts as words
from mulaid.wording.amounts import yuan_text


class ActExplained(msgspec.Struct, frozen=True):
    """A case with the book it was decided by."""

    case: ActCase
    record: ActRecord
    book: Book

    def lines(self) -> list[str]:
        """In Chinese, for people."""
        origin, released = self.record.origin, self.record.released
        moment = self.case.moment.astimezone(CHINA)
        told = [words.done(self.record.act, moment, origin.actor.role, origin.actor.name, origin.channel)]
        if released is not None:
            told.append(words.released(released.actor.role, released.actor.name))
        moved = _moved(self.record.transfers)
        if moved:
            told += [
                words.MOVED,
                *(words.moved(words.account_name(kind.name), yuan_text(sum_)) for kind, sum_ in moved),
            ]
        cited = cite(self.book, self.record.steps, [])
        return told + ([words.BASIS, *(f"  {each.text}" for each in cited)] if cited else [])

    def data(self) -> dict[str, Any]:
        """The same as data."""
        origin, released = self.record.origin, self.record.released
        return {
            "case": f"{self.case.region}{self.case.case_id}",
            "kind": self.record.act,
            "moment": self.case.moment.astimezone(CHINA),
            "policy": self.case.policy,
            "role": origin.actor.role,
            "by": origin.sender,
            "channel": origin.channel,
            "released_by": released and released.sender,
            "moved": {kind.name.lower(): yuan(amount) for kind, amount in _moved(self.record.transfers)},
            "unverified": unverified_rules(self.book, self.record.used),
            "steps": [step_data(each) for each in cite(self.book, self.record.steps, [])],
        }


def _moved(transfers: tuple[Transfer, ...]) -> list[tuple[AccountKind, Fen]]:
    """By kind of balance, what came to it or, negative, left it."""
    found: dict[AccountKind, Fen] = {}
    for transfer in transfers:
        for account, sign in ((transfer.debit, -1), (transfer.credit, 1)):
            if account.kind in PURSE_KINDS:
                found[account.kind] = found.get(account.kind, 0) + sign * transfer.amount
    return sorted(found.items())
