"""Queries of the admin dashboard."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from sqlmodel import Session

from echoes.admin import dashboard, ledger_health
from echoes.admin.dashboard import DayFigures, Figures, QueueHealth
from echoes.admin.ledger_health import UnsettledTotals
from echoes.backups.runs import BackupState
from echoes.models import now
from echoes.pages.admin.orders.queries import EARNED
from echoes.text.formatting import duration, file_size, pluralize, time_ago

LONG_LINE_SECONDS = 15 * 60
THOUSANDS = 100_000
"""In cents."""

MONEY = ("revenue_cents", "spend_cents")


@dataclass(frozen=True)
class Bar:
    label: str
    height: int
    """In percent of the highest."""


@dataclass(frozen=True)
class Tile:
    label: str
    figure: str
    hint: str = ""
    address: str = ""
    """Where the rows are that it counts; empty when there are none to look at."""
    is_bad: bool = False


@dataclass(frozen=True)
class Chart:
    """Who cannot point at a bar reads which days these are, and the most of them."""

    label: str
    total: str
    bars: list[Bar]
    first_day: str
    last_day: str
    most: str
    """Empty when there is nothing to draw."""


@dataclass(frozen=True)
class DashboardViewModel:
    tiles: list[Tile]
    charts: list[Chart]
    failures: list[Tile]


def read_dashboard(session: Session, days: int) -> DashboardViewModel:
    figures, owing = dashboard.dashboard_figures(session, days), ledger_health.unsettled_totals(session)
    charts = [_chart(label, name, figures) for name, label in _CHARTED] if days > 1 else []
    failures = [
        Tile(kind.replace("_", " "), str(number), address=_jobs(days, status="failed", failure=kind))
        for kind, number in figures.failures.items()
    ]
    return DashboardViewModel([*_tiles(figures, days), *_worries(figures, owing)], charts, failures)


_CHARTED = (
    ("sign_ups", "Sign-ups"),
    ("clips", "Clips made"),
    ("failed", "Clips failed"),
    ("films", "Films"),
    ("revenue_cents", "Revenue"),
    ("spend_cents", "Provider spend"),
)


def _tiles(figures: Figures, days: int) -> list[Tile]:
    made, failed = figures.total("clips"), figures.total("failed")
    return [
        Tile("Sign-ups", f"{figures.total('sign_ups'):.0f}", address=f"/admin/people?days={days}"),
        Tile("Clips made", f"{made:.0f}", address=_jobs(days, status="succeeded")),
        Tile(
            "Clips failed", f"{failed:.0f}", _share(failed, made), _jobs(days, status="failed"),
            failed > made,
        ),
        Tile(
            "Films", f"{figures.total('films'):.0f}", address=_jobs(days, kind="original", status="succeeded")
        ),
        Tile("Revenue", _money(figures.total("revenue_cents")), address=_orders(days)),
        Tile("Provider spend", _money(figures.total("spend_cents")), address=_jobs(days, cost="yes")),
    ]  # fmt: skip


def _worries(figures: Figures, owing: UnsettledTotals) -> list[Tile]:
    """What is so now, whatever the period."""
    return [
        _waiting("Clips waiting", "clip", figures.clips),
        _waiting("Films waiting", "film", figures.films),
        _stuck("Clips stuck", "clip", figures.clips),
        _stuck("Films stuck", "film", figures.films),
        Tile(
            "Orders open", str(owing.unsettled), f"unsettled after ten minutes; {owing.credits} credits owed",
            "/admin/books", owing.unsettled > 0,
        ),
        Tile("Storage", file_size(figures.storage_bytes), "everybody’s files", "/admin/people?by=storage"),
        _backup(figures.backups),
    ]  # fmt: skip


def _backup(state: BackupState) -> Tile:
    if not state.is_configured:
        return Tile("Last backup", "None", "ECHOES_BACKUP_TO is not set, so none are made here")
    age = time_ago(state.succeeded_at, now()) if state.succeeded_at else "None yet"
    size = f"{file_size(state.size_bytes)}, {pluralize(state.files, 'file')}" if state.succeeded_at else ""
    late = "None has succeeded for a day and a half." if state.is_stale else ""
    failed = f"The last one failed. {state.failure}" if state.failure else ""
    hint = " ".join(part for part in (failed, late) if part) or size
    return Tile("Last backup", age, hint, is_bad=state.is_bad)


def _waiting(label: str, kind: str, line: QueueHealth) -> Tile:
    age = (now() - line.oldest_waiting).total_seconds() if line.oldest_waiting else 0.0
    oldest = f"the oldest for {duration(age)}; " if line.waiting else ""
    address = f"/admin/jobs?kind={kind}&status=waiting"
    return Tile(
        label, str(line.waiting), f"{oldest}{line.running} under way", address, age > LONG_LINE_SECONDS
    )


def _stuck(label: str, kind: str, line: QueueHealth) -> Tile:
    address = f"/admin/jobs?kind={kind}&status=unfinished&age=30"
    return Tile(label, str(line.stuck), "not ended after half an hour", address, line.stuck > 0)


def _orders(days: int) -> str:
    return f"/admin/orders?{urlencode({'state': EARNED, 'days': str(days)})}"


def _jobs(days: int, **asked: str) -> str:
    return f"/admin/jobs?{urlencode(asked | {'days': str(days)})}"


def _share(failed: float, made: float) -> str:
    return f"{100 * failed / (failed + made):.0f}% of those that ended" if failed else ""


def _chart(label: str, name: str, figures: Figures) -> Chart:
    """What was earned and what was spent are drawn to one scale: they are there to be compared."""
    is_money = name.endswith("cents")
    drawn_together = MONEY if is_money else (name,)
    highest = max(getattr(day, one) for day in figures.days for one in drawn_together) or 1
    most = max(getattr(day, name) for day in figures.days)
    return Chart(
        label=label,
        total=_figure(figures.total(name), is_money),
        bars=[_bar(day, getattr(day, name), highest, is_money) for day in figures.days],
        first_day=_date(figures.days[0].day),
        last_day=_date(figures.days[-1].day),
        most=f"{_figure(most, is_money)} on the busiest day" if most > 0 else "",
    )


def _bar(day: DayFigures, value: float, highest: float, is_money: bool) -> Bar:
    height = max(0, round(100 * value / highest))
    return Bar(f"{_date(day.day)}: {_figure(value, is_money)}", height)


def _date(day: date) -> str:
    return f"{day:%-d %B}"


def _figure(value: float, is_money: bool) -> str:
    return _money(value) if is_money else f"{value:.0f}"


def _money(cents: float) -> str:
    """Of thousands nobody looks at the cents."""
    return f"${cents / 100:,.2f}" if cents < THOUSANDS else f"${cents / 100:,.0f}"
