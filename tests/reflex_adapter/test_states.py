"""States of a tab in Redis, where an event fetches only a part of the tree."""

from typing import Any
from uuid import UUID

import pytest
from redis.asyncio import Redis
from reflex.istate.manager.redis import StateManagerRedis
from reflex.utils.format import json_dumps

from echoes.database import Database
from tests.pages.every_handler import CLIPS, PHOTOS, VISIT
from tests.support.databases.rows import add_photo, add_project
from tests.support.processes import wait_until
from tests.support.servers.redis import RedisServer
from tests.support.tabs import Answer, cookie_of, running_app

pytestmark = pytest.mark.redis


def said(answer: Answer) -> str:
    return "".join(json_dumps(update) for update in answer.updates)


async def test_a_tab_that_changes_hands_forgets_also_what_the_event_does_not_fetch(
    redis_server: RedisServer, database: Database, anna: UUID, stranger: UUID
) -> None:
    with database.acting_as(anna) as session:
        at = f"/project/{add_photo(session, add_project(session, anna), 'her-wedding.jpg').project_id}/photos"
    client: Any = Redis.from_url(redis_server.url)
    states: Any = StateManagerRedis
    async with running_app(database, states(redis=client)) as open_tab:
        tab = open_tab(anna)
        await tab.load(at)
        assert "her-wedding.jpg" in said(await tab.follow(f"{PHOTOS}.watch", at))
        assert "her-wedding.jpg" in said(await tab.load(at))
        tab.cookie = cookie_of(database, stranger)
        await tab.send(f"{VISIT}.dismiss_toast", at)
        assert "her-wedding.jpg" not in said(await tab.load(at))
    await client.aclose()


async def test_what_lies_apart_comes_again_when_it_has_expired(
    redis_server: RedisServer, database: Database, anna: UUID
) -> None:
    """Each state has a time of its own in Redis."""
    with database.acting_as(anna) as session:
        at = f"/project/{add_photo(session, add_project(session, anna), 'her-wedding.jpg').project_id}/clips"
    states: Any = StateManagerRedis
    client: Any = Redis.from_url(redis_server.url)
    async with running_app(database, states(redis=client)) as open_tab:
        tab = open_tab(anna)
        await tab.load(at)
        assert "her-wedding.jpg" in said(await tab.follow(f"{CLIPS}.watch", at))
        (apart,) = await client.keys("*clip_cards_state")
        await client.delete(apart)
        assert "her-wedding.jpg" not in said(await tab.load(at))
        before = len(tab._answers)
        following = await tab._enqueue(f"{CLIPS}.watch", at, {})
        await wait_until(lambda: "her-wedding.jpg" in said(Answer(tab._answers[before:])), "the photograph")
        following.cancel()
    await client.aclose()
