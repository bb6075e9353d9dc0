"""What the metrics endpoint tells: answers, time, batches, what had to be started again, and the last audit.

What lanes count themselves, here or in processes of their own, is read when somebody asks for it.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from mulaid.app.connections import Closed, Gate
from mulaid.app.house import House
from mulaid.counter.tally import SIZES, WAITS
from mulaid.gateway.answered import Answered

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Meters:
    """All counts of a service, in a registry of its own."""

    def __init__(self, house: House, gate: Gate) -> None:
        self._registry = CollectorRegistry()
        self._seconds = Histogram(
            "mulaid_request_seconds",
            "Time from the whole request to its answer",
            ("transaction",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._answers = Counter(
            "mulaid_answers", "Answers by transaction and code", ("transaction", "code"), registry=self._registry
        )
        self._unproven = Counter(
            "mulaid_credentials_refused", "Refused credentials by reason", ("reason",), registry=self._registry
        )
        gauge = Gauge("mulaid_waiting", "Requests waiting for a lane", registry=self._registry)
        gauge.set_function(lambda: float(house.hall.queued))
        self._registry.register(house.offices.given)
        self._registry.register(_House(house, gate))
        # Finding a labelled child takes longer than counting; there are few.
        self._of: dict[tuple[str, str], tuple[Callable[[], None], Callable[[float], None]]] = {}

    def answered(self, told: Answered) -> None:
        """Count an answer."""
        key = told.kind, told.code
        found = self._of.get(key)
        if found is None:
            found = self._of[key] = self._answers.labels(*key).inc, self._seconds.labels(told.kind).observe
        inc, observe = found
        inc()
        if told.unproven:
            # Held back on purpose: that is no measure of us.
            self._unproven.labels(told.unproven).inc()
        else:
            observe(told.ms / 1000)

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self._registry)


class _House:
    """What others count, read when it is asked for."""

    def __init__(self, house: House, gate: Gate) -> None:
        self._house, self._gate = house, gate

    def collect(self) -> Iterator[Metric]:
        hall, database, gate = self._house.hall, self._house.database, self._gate
        tally = hall.tally
        yield _histogram("mulaid_batch_requests", "Requests in a batch", SIZES, tally.sizes, tally.requests)
        yield _histogram(
            "mulaid_wait_seconds", "How long the first of a batch had waited", WAITS, tally.waits, tally.waited
        )
        yield CounterMetricFamily("mulaid_put_back", "Bills put back, as a purse of theirs was held", tally.put_back)
        yield CounterMetricFamily("mulaid_batches_again", "Batches begun anew", tally.again)
        yield CounterMetricFamily("mulaid_connections_lost", "Database connections lost by lanes", tally.lost)
        restarts = CounterMetricFamily("mulaid_restarts", "Processes started again", labels=("process",))
        restarts.add_metric(("annex",), hall.restarts)
        restarts.add_metric(("database",), database.restarts)
        yield restarts
        yield GaugeMetricFamily("mulaid_database_up", "Whether the database answers", int(database.up))
        yield GaugeMetricFamily("mulaid_connections", "Open connections of clients", len(gate.open))
        closed = CounterMetricFamily("mulaid_connections_closed", "Connections closed on a client", labels=("reason",))
        for reason in Closed:
            closed.add_metric((reason,), gate.closed[reason])
        yield closed
        if (audit := database.last_audit) is not None:
            finished = audit.finished.timestamp()
            yield GaugeMetricFamily("mulaid_audit_timestamp_seconds", "When the last audit ended", finished)
            yield GaugeMetricFamily("mulaid_audit_findings", "Damage the last audit found", audit.findings)


def _histogram(
    name: str, told: str, ends: Sequence[float], counts: Sequence[int], total: float
) -> HistogramMetricFamily:
    names = [*(f"{float(end)}" for end in ends), "+Inf"]
    return HistogramMetricFamily(
        name, told, buckets=list(zip(names, map(float, accumulate(counts)), strict=True)), sum_value=total
    )
