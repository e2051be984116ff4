"""Versions of states in Redis: what a process of another build finds there."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis
from reflex.istate.manager.redis import StateManagerRedis
from reflex.istate.manager.token import BaseStateToken
from reflex.state import BaseState, State

from echoes.pages.common.state import PageState
from echoes.reflex_adapter.state_versions import tie_states_to
from tests.support.servers.redis import RedisServer

pytestmark = pytest.mark.redis


@pytest.fixture
async def manager(redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    monkeypatch.setattr(BaseState, "_to_schema", vars(BaseState)["_to_schema"])
    states: Any = StateManagerRedis
    client: Any = Redis.from_url(redis_server.url)
    yield states(redis=client)
    await client.aclose()


async def visited(manager: Any, person: UUID) -> BaseStateToken:
    token = BaseStateToken(ident=str(uuid4()), cls=State)
    async with manager.modify_state(token) as state:
        (await state.get_state(PageState))._user_id = person
    return token


async def person_in(manager: Any, token: BaseStateToken) -> UUID | None:
    async with manager.modify_state(token) as state:
        page: PageState = await state.get_state(PageState)
        return page._user_id


async def test_a_state_of_the_same_build_is_kept(manager: Any) -> None:
    tie_states_to("of today")
    person = uuid4()
    token = await visited(manager, person)
    tie_states_to("of today")
    assert await person_in(manager, token) == person


@pytest.mark.parametrize(
    "written_by", ["of yesterday", None], ids=["another-build", "before-builds-were-named"]
)
async def test_a_state_of_another_build_is_a_fresh_one(manager: Any, written_by: str | None) -> None:
    if written_by:
        tie_states_to(written_by)
    token = await visited(manager, uuid4())
    tie_states_to("of today")
    assert await person_in(manager, token) is None
