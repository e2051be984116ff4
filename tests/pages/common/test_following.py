"""Live refresh of an open page: by changes, and before the addresses on it expire."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from reflex_base.config import get_config

from echoes import live_updates
from echoes.database import Database
from echoes.models import new_id
from echoes.pages.common import following
from echoes.pages.common.state import PageState
from echoes.storage.signing import SHORTEST_LIFE, WINDOW

HEARTBEAT, BEATS = 0.02, 10


class OpenPage:
    """A tab that somebody shows; `async with` takes the lock of its state, of which there is none here."""

    router = SimpleNamespace(session=SimpleNamespace(client_token="tab"))

    def __init__(self) -> None:
        self.user_id = new_id()
        self.bar_looks = 0

    def _signed_in(self) -> UUID:
        return self.user_id

    async def _look_at_bar(self) -> None:
        self.bar_looks += 1

    async def __aenter__(self) -> None: ...

    async def __aexit__(self, *_: object) -> None: ...


@pytest.fixture
def refreshes(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    feed = live_updates.RevisionFeed(interval=HEARTBEAT)

    async def changes(*topics: live_updates.Topic) -> AsyncIterator[frozenset[live_updates.Topic]]:
        async with aclosing(feed.changes(*topics, heartbeat=HEARTBEAT)) as beats:
            for _ in range(BEATS):
                yield await anext(beats)

    monkeypatch.setattr(live_updates, "changes", changes)
    monkeypatch.setattr(following, "_is_open", lambda page: True)
    return []


async def follow(refreshes: list[int], until: int, **options: float) -> None:
    """Nothing changes in what is watched; ends after so many refreshes, or after so many heartbeats."""

    async def refresh() -> bool:
        refreshes.append(len(refreshes))
        return len(refreshes) < until

    page = cast(Any, OpenPage())
    await following.follow(cast(PageState, page), ("project", new_id()), refresh, **options)


async def test_addresses_are_renewed_on_a_page_where_nothing_changes(refreshes: list[int]) -> None:
    await follow(refreshes, until=3, renewal=0.0)
    assert refreshes == [0, 1, 2]


async def test_a_page_where_nothing_changes_is_otherwise_left_alone(refreshes: list[int]) -> None:
    await follow(refreshes, until=2)
    assert refreshes == [0]


async def test_a_change_elsewhere_brings_the_bar_and_not_the_whole_page(
    refreshes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, topic = OpenPage(), ("project", new_id())
    person = ("user", page.user_id)
    wakes = [{topic, person}, {person}, set(), {person}, {topic, person}]

    async def changes(*topics: live_updates.Topic) -> AsyncIterator[set[Any]]:
        assert set(topics) == {topic, person}
        for risen in wakes:
            yield risen

    async def refresh() -> bool:
        refreshes.append(len(refreshes))
        return True

    monkeypatch.setattr(live_updates, "changes", changes)
    await following.follow(cast(PageState, page), cast(live_updates.Topic, topic), refresh)
    assert (refreshes, page.bar_looks) == ([0, 1], 2)


def test_addresses_are_renewed_before_they_expire() -> None:
    assert following.RENEWAL_SECONDS + 60 < SHORTEST_LIFE


def test_what_lies_apart_is_written_again_before_redis_forgets_it() -> None:
    assert get_config().redis_token_expiration > WINDOW + following.RENEWAL_SECONDS
