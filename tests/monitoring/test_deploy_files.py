"""Dashboard and alert rules name metrics that there are; what to do about an alert is written down."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from prometheus_client.metrics_core import Metric

from echoes.database import Database
from echoes.monitoring import database_metrics
from echoes.monitoring.database_metrics import DatabaseCollector
from echoes.observability.metrics import REGISTRY

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"\b(?:echoes|process|python)_[a-z_]+\b")
SUFFIXES = ("_total", "_bucket", "_sum", "_count", "_info", "")
ALERTS = (ROOT / "deploy/prometheus/alerts.yaml").read_text(encoding="utf-8")


def dashboard_expressions() -> Iterator[str]:
    dashboard = json.loads((ROOT / "deploy/grafana/dashboard.json").read_text(encoding="utf-8"))
    for panel in dashboard["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def known() -> set[str]:
    families: list[Metric] = [*REGISTRY.collect(), *DatabaseCollector().collect()]
    return {family.name + suffix for family in families for suffix in SUFFIXES}


def test_what_dashboard_and_alerts_name_is_measured(database: Database) -> None:
    alerts = re.findall(r"expr: '(.+)'", ALERTS)
    assert len(alerts) == ALERTS.count("- alert:")
    expressions = [*dashboard_expressions(), *alerts]
    named = {name for expression in expressions for name in NAME.findall(expression)}
    assert len(named) > 25
    assert not named - known()


def test_every_alert_has_a_row_in_the_runbook() -> None:
    hosting = (ROOT / "docs/hosting.md").read_text(encoding="utf-8")
    names = re.findall(r"- alert: (\w+)", ALERTS)
    assert len(names) > 5
    assert not [name for name in names if f"| `{name}` |" not in hosting]


def test_a_query_is_asked_again_only_when_its_answer_is_old(database: Database) -> None:
    asked: list[float] = []
    now = [0.0]

    def query() -> list[Metric]:
        asked.append(now[0])
        return []

    remembered = database_metrics.Remembered(query, 10.0, lambda: now[0])
    for now[0] in (0.0, 9.0, 10.0, 11.0):
        remembered.get()
    assert asked == [0.0, 10.0]
