"""The operator's first page: each figure leads to exactly the rows that it counts."""

from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from sqlmodel import Session

from echoes.admin.dashboard import DayFigures, Figures, first_id
from echoes.database import Database
from echoes.models import (
    BackupRun,
    JobStatus,
    Order,
    OrderState,
    Photo,
    ProviderCost,
    Role,
    User,
    new_id,
    now,
)
from echoes.pages.admin.dashboard.queries import Chart, Tile, _chart
from echoes.settings import get_settings
from tests.pages.admin.every_handler import ADMIN_BOOKS, ADMIN_JOBS, ADMIN_ORDERS, ADMIN_PEOPLE, ADMIN_TODAY
from tests.support.databases.rows import add_photo, add_project, add_take, add_video
from tests.support.tabs import OpenTab, Tab

NUMBERS = {JobStatus.SUCCEEDED: 5, JobStatus.FAILED: 4, JobStatus.WAITING: 3, JobStatus.RUNNING: 2}
FAILURES = (("timeout", None), ("moderated", 5.0), ("moderated", 7.0), ("moderated", 0.0))
PLACES = {
    "/admin/jobs": (ADMIN_JOBS, "lines"),
    "/admin/people": (ADMIN_PEOPLE, "found"),
    "/admin/orders": (ADMIN_ORDERS, "lines"),
}


@pytest.fixture
def tab(database: Database, stranger: UUID, open_tab: OpenTab) -> Tab:
    """Of an operator, in a house where much happens, and as much happened long ago."""
    with database.unscoped() as session:
        session.get_one(User, stranger).role = Role.OPERATOR
        for age in (0, 40):
            plant(session, now() - timedelta(days=age))
    return open_tab(stranger)


def plant(session: Session, then: datetime) -> None:
    """Nobody's number is anybody else's."""
    numbers = count(first_id(then).int)
    guests = [User(issuer="test", subject=str(new_id()), name="Guest") for _ in range(6)]
    session.add_all(guests)
    session.flush()
    photo = add_photo(session, add_project(session, guests[0].id))
    for row in (*guests[1:], *jobs(session, photo)):
        row.id, row.created_at = UUID(int=next(numbers)), then
        session.add(row)
    for state in OrderState:
        order = Order(owner_id=guests[0].id, credits=1, price_cents=100, currency="usd", state=state)
        order.id, order.created_at = UUID(int=next(numbers)), then
        session.add(order)


def jobs(session: Session, photo: Photo) -> list[Any]:
    rows: list[Any] = []
    for status, number in NUMBERS.items():
        takes = [add_take(session, photo, status) for _ in range(number)]
        if status == JobStatus.FAILED:
            for take, (kind, cost) in zip(takes, FAILURES, strict=True):
                take.provider, take.failure_kind, take.provider_cost = "runway", kind, cost
                rows.append(ProviderCost(provider="runway", credits=cost or 0.0))
        films = [add_video(session, add_project(session, photo.owner_id), status) for _ in range(number + 10)]
        rows += [*takes, *films]
    return rows


async def tiles_of(tab: Tab, days: int) -> dict[str, Tile]:
    await tab.follow(f"{ADMIN_TODAY}.watch", "/admin")
    told = await tab.send(f"{ADMIN_TODAY}.choose_period", "/admin", days=days)
    return {tile.label: tile for tile in (*told.fields["tiles"], *told.fields["failures"])}


async def rows_behind(tab: Tab, tile: Tile) -> list[Any]:
    state, name = PLACES[urlsplit(tile.address).path]
    told = await tab.follow(f"{state}.watch", tile.address)
    assert not told.fields.get("has_more")
    rows: list[Any] = told.fields.get(name, [])
    return rows


@pytest.mark.parametrize("days", [7, 90])
async def test_each_figure_leads_to_the_rows_that_it_counts(tab: Tab, days: int) -> None:
    tiles = await tiles_of(tab, days)
    counted = {label: tile for label, tile in tiles.items() if tile.figure.isdigit()}
    found = {label: len(await rows_behind(tab, tile)) for label, tile in counted.items()
             if urlsplit(tile.address).path in PLACES}  # fmt: skip
    assert found == {label: int(tile.figure) for label, tile in counted.items() if label in found}
    assert set(found) == {
        "Sign-ups", "Clips made", "Clips failed", "Films", "Clips waiting", "Films waiting", "Clips stuck",
        "Films stuck", "moderated", "timeout",
    }  # fmt: skip
    assert all(found.values())


@pytest.mark.parametrize(("days", "orders"), [(7, 3), (90, 6)])
async def test_money_leads_to_what_was_earned_and_what_was_charged(tab: Tab, days: int, orders: int) -> None:
    tiles = await tiles_of(tab, days)
    earned, charged = [await rows_behind(tab, tiles[label]) for label in ("Revenue", "Provider spend")]
    assert (tiles["Revenue"].figure, len(earned)) == (f"${orders:.2f}", orders)
    assert len(charged) == orders * 2 // 3


async def test_orders_that_never_settled_lead_to_themselves(tab: Tab) -> None:
    tile = (await tiles_of(tab, 7))["Orders open"]
    told = await tab.follow(f"{ADMIN_BOOKS}.watch", tile.address)
    assert len(told.fields["lists"]["unsettled"].lines) == int(tile.figure) == 1


async def test_a_search_looks_among_everybody(tab: Tab) -> None:
    address = "/admin/people?days=1"
    first = await tab.follow(f"{ADMIN_PEOPLE}.watch", address)
    found = await tab.send(f"{ADMIN_PEOPLE}.search", address, form={"text": "Guest"})
    assert (first.fields["days"], found.fields["days"]) == ("1", "")
    assert len(found.fields["found"]) == 12


def drawn(name: str, *days: DayFigures) -> Chart:
    return _chart("A chart", name, Figures(days))


def test_a_chart_says_its_days_and_its_highest() -> None:
    one, other = DayFigures(date(2026, 10, 31), clips=4), DayFigures(date(2026, 11, 1), clips=1)
    chart = drawn("clips", one, other)
    assert [bar.height for bar in chart.bars] == [100, 25]
    assert (chart.first_day, chart.last_day) == ("31 October", "1 November")
    assert chart.most == "4 on the busiest day"


def test_spend_and_revenue_are_drawn_to_one_scale() -> None:
    day = DayFigures(date(2026, 11, 1), revenue_cents=1000, spend_cents=250.0)
    assert [drawn(name, day).bars[0].height for name in ("revenue_cents", "spend_cents")] == [100, 25]


def test_a_chart_of_nothing_is_flat() -> None:
    chart = drawn("films", DayFigures(date(2026, 11, 1)))
    assert ([bar.height for bar in chart.bars], chart.most) == ([0], "")


@pytest.mark.parametrize(
    ("runs", "figure", "hint", "is_bad"),
    [
        ([], "None yet", "", False),
        ([(1, "")], "1 hour ago", "2.0 MB, 3 files", False),
        ([(25, ""), (1, "The disk is full.")], "1 day ago", "The last one failed. The disk is full.", True),
        ([(50, "")], "2 days ago", "None has succeeded for a day and a half.", True),
    ],
    ids=["none-yet", "good", "failed", "old"],
)
async def test_the_last_backup_is_told(
    tab: Tab, database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    runs: list[tuple[int, str]], figure: str, hint: str, is_bad: bool,
) -> None:  # fmt: skip
    monkeypatch.setenv("ECHOES_BACKUP_TO", str(tmp_path.with_name("backups")))
    get_settings.cache_clear()
    with database.unscoped() as session:
        for hours, failure in runs:
            then = now() - timedelta(hours=hours)
            row = BackupRun(target="x", created_at=then, ended_at=then, failure=failure)
            if not failure:
                row.snapshot, row.files, row.size_bytes = "20261126t031700z", 3, 2_000_000
            session.add(row)
    tile = (await tiles_of(tab, 7))["Last backup"]
    assert (tile.figure, tile.hint, tile.is_bad) == (figure, hint, is_bad)


async def test_without_backups_the_page_says_so(tab: Tab) -> None:
    tile = (await tiles_of(tab, 7))["Last backup"]
    assert (tile.figure, tile.is_bad) == ("None", False)
