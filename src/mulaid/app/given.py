"""Settlements whose funds' part came with their message, counted for the metrics endpoint since the service started."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from mulaid.procedures.act.answers import Settled
from mulaid.terms.codes import FundsBy
from mulaid.terms.money import Fen


class GivenFunds(Collector):
    """How many there were and how much, by what allowed the message to give it."""

    def __init__(self) -> None:
        self._counted: dict[FundsBy, tuple[int, Fen]] = dict.fromkeys(FundsBy, (0, 0))

    def add(self, settled: Settled) -> None:
        """Count a settlement that was just made, if it is one of them."""
        if settled.funds_by is not None and not settled.replayed:
            bills, amount = self._counted[settled.funds_by]
            self._counted[settled.funds_by] = bills + 1, amount + settled.outcome.funds_paid

    def collect(self) -> Iterator[CounterMetricFamily]:
        bills = CounterMetricFamily("mulaid_funds_given", "Settlements whose funds' part was given", labels=["by"])
        amounts = CounterMetricFamily("mulaid_funds_given_fen", "What the funds paid in them, in fen", labels=["by"])
        for by, (count, amount) in self._counted.items():
            bills.add_metric([by], count)
            amounts.add_metric([by], amount)
        yield bills
        yield amounts
