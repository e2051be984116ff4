"""The contract with Reflex's insides: what fails here after an upgrade has changed there."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken
from reflex.state import State
from reflex_base.environment import environment

from echoes.echoes import app
from echoes.pages.common.state import PageState
from echoes.web.reflex_adapter import EVENTS, expiring_manager, handlers_of, is_signed_in, limit_messages

HOUR, MINUTES = 3600, 300


def test_handlers_have_names_and_parameters() -> None:
    handlers = handlers_of(app)
    (tell,) = [known for name, known in handlers.items() if name.endswith("page_state.show_toast")]
    assert (tell["sentence"].kind, tell["sentence"].is_required, tell["sentence"].longest) == (str, True, 300)
    boot = handlers["reflex___state____state.hydrate_and_load"]
    assert boot["vars"].may_be_none
    assert not boot["hashes"].is_required


def test_watching_a_page_again_ends_the_watching_before() -> None:
    registered = app._registration_context.event_handlers
    watching = [entry.handler for name, entry in registered.items() if name.endswith(".watch")]
    assert len(watching) > 15
    assert all(handler.supersedes and handler.is_background for handler in watching)


def test_the_events_have_their_path_and_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    assert app.event_namespace is not None
    assert app.event_namespace.namespace == EVENTS
    monkeypatch.setenv("REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE", "1")  # puts back what was there
    limit_messages(1234)
    assert environment.REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE.get() == 1234


@pytest.fixture
def manager() -> Any:
    return expiring_manager(StateManagerMemory(token_expiration=HOUR), MINUTES)  # type: ignore[abstract]


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
