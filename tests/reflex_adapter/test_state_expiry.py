"""Expiry of states."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken
from reflex.state import State

from echoes.pages.common.state import PageState, is_signed_in
from echoes.reflex_adapter.state_expiry import expiring_manager

HOUR, MINUTES = 3600, 300


@pytest.fixture
def manager() -> Any:
    return expiring_manager(StateManagerMemory(token_expiration=HOUR), MINUTES, is_signed_in)  # type: ignore[abstract]


async def visited(manager: Any, person: UUID | None) -> BaseStateToken:
    token = BaseStateToken(ident=str(uuid4()), cls=State)
    async with manager.modify_state(token) as state:
        (await state.get_state(PageState))._user_id = person
        assert is_signed_in(state) == (person is not None)
    return token


async def test_a_strangers_state_is_forgotten_after_minutes_and_a_persons_after_an_hour(
    manager: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, stranger = await visited(manager, uuid4()), await visited(manager, None)
    deadlines = {key: due for key, (due, _) in manager._token_expires_at.items()}
    assert deadlines[person.cache_key] - deadlines[stranger.cache_key] > HOUR - MINUTES - 60
    due = deadlines[stranger.cache_key] + 1
    monkeypatch.setattr("reflex.istate.manager.memory.time.time", lambda: due)
    manager._purge_expired_tokens()
    assert set(manager.states) == {person.cache_key}
    await manager.close()
