"""Live updates: a tab wakes for its own topic, soon, and nothing is polled when nobody watches."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from echoes import live_updates
from echoes.database import Database
from echoes.live_updates import Kind, RevisionFeed, Topic, _topic_of
from echoes.models import Project, User, new_id
from echoes.projects import service as projects
from tests.support.databases.rows import add_project
from tests.support.processes import PATIENCE

pytestmark = pytest.mark.slow


@pytest.fixture
def two(database: Database, anna: UUID) -> tuple[Project, Project]:
    with database.unscoped() as session:
        return add_project(session, anna), add_project(session, anna)


def change(database: Database, project: Project) -> None:
    with database.acting_as(project.owner_id) as session:
        projects.rename(session, project.id, "Changed")


async def test_a_tab_wakes_at_once_and_for_each_change_of_its_own_project(
    database: Database, two: tuple[Project, Project]
) -> None:
    watched, other = two
    tab = RevisionFeed(interval=0.02).changes(("project", watched.id), heartbeat=0.3)
    assert await anext(tab) == {("project", watched.id)}
    await settle(tab)
    await asyncio.to_thread(change, database, other)
    assert await anext(tab) == set()
    await asyncio.to_thread(change, database, watched)
    assert await woken(tab) == {("project", watched.id)}
    await tab.aclose()


async def test_all_tabs_of_a_person_wake_for_any_project(
    database: Database, two: tuple[Project, Project], anna: UUID
) -> None:
    feed = RevisionFeed(interval=0.02)
    tabs = [feed.changes(("user", anna), heartbeat=0.3) for _ in range(2)]
    for tab in tabs:
        assert await anext(tab) == {("user", anna)}
        await settle(tab)
    await asyncio.to_thread(change, database, two[1])
    assert [await woken(tab) for tab in tabs] == [{("user", anna)}] * 2
    for tab in tabs:
        await tab.aclose()


@pytest.mark.parametrize("kind", ["project", "user"])
async def test_a_change_is_told_by_the_database_and_not_looked_for(
    either: Database, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_updates, "SLOW", 10 * PATIENCE)
    with either.unscoped() as session:
        user = User(issuer="local", subject="berta", name="Berta")
        session.add(user)
        session.flush()
        project = add_project(session, user.id)
    tab = RevisionFeed(interval=0.02).changes(
        (kind, project.id if kind == "project" else user.id), heartbeat=0.5
    )
    await anext(tab)
    while not either.notifications.is_reliable:
        await anext(tab)
    await settle(tab)
    await asyncio.to_thread(change, either, project)
    assert await woken(tab)
    await tab.aclose()


async def test_a_change_that_nobody_tells_of_is_seen_a_little_later(
    database: Database, two: tuple[Project, Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_updates, "SLOW", 0.05)
    monkeypatch.setattr(database.notifications, "_tell", lambda *_: None)
    tab = RevisionFeed(interval=0.02).changes(("project", two[0].id), heartbeat=0.5)
    await anext(tab)
    await settle(tab)
    await asyncio.to_thread(change, database, two[0])
    assert await woken(tab) == {("project", two[0].id)}
    await tab.aclose()


def test_a_notification_of_something_else_is_none() -> None:
    known = new_id()
    assert _topic_of(f"project:{known}") == ("project", known)
    assert {_topic_of(said) for said in ("project", "project:", f"film:{known}", "user:1", ":")} == {None}


async def test_polling_ends_with_the_last_tab(database: Database, two: tuple[Project, Project]) -> None:
    feed = RevisionFeed(interval=0.01)
    tab = feed.changes(("project", two[0].id), heartbeat=1)
    await anext(tab)
    poller = feed._poller
    await tab.aclose()
    assert poller is not None
    await asyncio.wait_for(poller, PATIENCE)
    assert not feed._watchers


async def woken(tab: AsyncIterator[frozenset[Topic]]) -> frozenset[Topic]:
    """By a change: on a busy machine its heart may beat before."""
    async with asyncio.timeout(PATIENCE):
        while not (risen := await anext(tab)):
            pass
    return risen


async def settle(tab: AsyncIterator[frozenset[Topic]]) -> None:
    """The first poll may wake a tab once more; after that only changes do."""
    while await anext(tab):
        pass
