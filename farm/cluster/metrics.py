"""What a farm tells of itself for Prometheus, as text and through Ray's own metrics.

Ray's endpoint needs all of `ray[default]` on the dispatcher's node; where that is, the same numbers are there
too, with `ray_` before their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from ray.util import metrics as ray_metrics

from farm.schedule.usage import Accounts
from storyboard.foreign_names import metric_tag

Series = Mapping[tuple[str, ...], float]
"""values by their labels"""


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is measured.

    Attributes:
        name: without the ending `_total` that counters have.
        says: what it is.
        labels: the names of its labels.
        series: its values.
        counts: it only grows.
    """

    name: str
    says: str
    labels: tuple[str, ...]
    series: Series
    counts: bool = False


def measures(accounts: Accounts, shots: Series, workers: Series) -> list[Measure]:
    """Everything that is told of a farm.

    Args:
        accounts: its books.
        shots: how many there are, by the production's title and the state.
        workers: how many there are, by backend and what they do.
    """
    by_purpose = ("production", "purpose")
    seconds = "Seconds that workers were held for, by what it was good for"
    gpu_seconds = "The same for each GPU that they hold"
    return [
        Measure("shotfarm_shots", "Shots on the farm", ("production", "state"), shots),
        Measure("shotfarm_workers", "Workers of the farm", ("backend", "state"), workers),
        Measure(
            "shotfarm_attempts",
            "Attempts that have ended",
            ("production", "outcome", "why"),
            accounts.attempts,
            counts=True,
        ),
        Measure("shotfarm_worker_seconds", seconds, by_purpose, accounts.seconds, counts=True),
        Measure("shotfarm_gpu_seconds", gpu_seconds, by_purpose, accounts.gpu_seconds, counts=True),
    ]


def families(told: Iterable[Measure]) -> list[Metric]:
    """The same for Prometheus's own library."""
    return [*map(_family, told)]


def _family(measure: Measure) -> Metric:
    kind = CounterMetricFamily if measure.counts else GaugeMetricFamily
    family: CounterMetricFamily | GaugeMetricFamily = kind(measure.name, measure.says, labels=measure.labels)
    for labels, value in sorted(measure.series.items()):
        family.add_metric([*labels], value)
    return family


class RayMetrics:
    """The same numbers for Ray's endpoint; where there is none, Ray drops them."""

    def __init__(self) -> None:
        self._counters: dict[str, ray_metrics.Counter] = {}
        self._gauges: dict[str, ray_metrics.Gauge] = {}
        self._told: dict[str, dict[tuple[str, ...], float]] = {}

    def tell(self, told: Iterable[Measure]) -> None:
        """Bring what Ray has up to date."""
        for measure in told:
            before = self._told.get(measure.name, {})
            self._told[measure.name] = dict(measure.series)
            for labels in measure.series.keys() | before.keys():
                value = measure.series.get(labels, 0.0)
                tags = dict(zip(measure.labels, map(metric_tag, labels), strict=True))
                if not measure.counts:
                    self._gauge(measure).set(value, tags)
                elif value > before.get(labels, 0.0):
                    self._counter(measure).inc(value - before.get(labels, 0.0), tags)

    def _counter(self, measure: Measure) -> ray_metrics.Counter:
        if measure.name not in self._counters:
            self._counters[measure.name] = ray_metrics.Counter(measure.name, measure.says, measure.labels)
        return self._counters[measure.name]

    def _gauge(self, measure: Measure) -> ray_metrics.Gauge:
        if measure.name not in self._gauges:
            self._gauges[measure.name] = ray_metrics.Gauge(measure.name, measure.says, measure.labels)
        return self._gauges[measure.name]
