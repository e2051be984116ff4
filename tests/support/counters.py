"""By how much a Prometheus counter of this process rises."""

from collections.abc import Callable

import pytest
from prometheus_client.samples import Sample

from echoes.observability.metrics import REGISTRY

Rise = Callable[..., float]


@pytest.fixture
def rise() -> Rise:
    """`rise("echoes_jobs_total", job="film", end="failed")`: since the test began."""
    before = {(sample.name, *sorted(sample.labels.items())): sample.value for sample in _samples()}

    def rise_of(name: str, **labels: str) -> float:
        key = (name, *sorted(labels.items()))
        return (REGISTRY.get_sample_value(name, labels) or 0.0) - before.get(key, 0.0)

    return rise_of


def _samples() -> list[Sample]:
    return [sample for metric in REGISTRY.collect() for sample in metric.samples]
