"""Every handler of every state is a public endpoint. All are called, by nobody, by somebody invited, by a
member, by an operator, and by the owner with broken arguments: nothing of another's is told or changed, and
no page sees a stack trace.

A new handler is found by this test without being named in it.
"""

import inspect
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import reflex as rx

import echoes.echoes  # noqa: F401 -- all states are known once the app is wired
from echoes.models import Project
from tests.journeys.socket import EventSocket
from tests.support.processes import PATIENCE, wait_for
from tests.support.walk import CALLERS, ON_SQLITE, SECRET, Anna, Walked, state_of

pytestmark = pytest.mark.slow

BROKEN: tuple[Any, ...] = (
    None, "", "no id", "../../etc/passwd", "0" * 32, -1, 10**30, 1.5e308, True, [], ["x"], {},
    {"title": None}, {"title": ["x"]}, "x" * 10_000, "\x00", "<script>alert(1)</script>", str(uuid4()),
)  # fmt: skip


def every_handler() -> dict[str, list[str]]:
    """The parameters of each, by its name on the wire."""
    found: dict[str, list[str]] = {}
    for state in every_state(rx.State):
        for name, handler in state.event_handlers.items():
            parameters = list(inspect.signature(handler.fn).parameters)[1:]
            found[f"{state.get_full_name()}.{name}"] = parameters
    return found


def every_state(state: type[rx.State]) -> Iterator[type[rx.State]]:
    yield state
    for child in state.__subclasses__():
        if child.__module__.startswith("echoes.") or child is rx.State:
            yield from every_state(child)


OURS = {name: parameters for name, parameters in every_handler().items() if "echoes___" in name}


def call_everything(
    walked: Walked, cookie: str, project: Project, arguments: tuple[Any, ...], until: str = ""
) -> str:
    """All that the server answered, which may take it a while: not before `until` is among it."""
    page, query = f"/project/{project.id}/clips", {"project_id": str(project.id)}
    with EventSocket(walked.address, cookie) as socket:
        for handler, parameters in OURS.items():
            for argument in arguments if parameters else (None,):
                socket.send(handler, dict.fromkeys(parameters, argument), page, query)
        return "\n".join(socket.answers(until=until))


def test_the_walk_knows_the_handlers() -> None:
    assert len(OURS) > 30
    for name in ("films_state.delete", "clips_state.animate", "order_state.reorder", "film_state.make"):
        assert any(handler.endswith(name) for handler in OURS), name


@pytest.mark.parametrize(("walked", "caller"), CALLERS, indirect=["walked"])
def test_others_learn_and_change_nothing(walked: Walked, anna_of: Anna, caller: str) -> None:
    cookie = walked.cookie_of(caller)
    before = state_of(walked.database, anna_of.user_id)
    heard = call_everything(walked, cookie, anna_of.project, anna_of.asked_by(caller))
    after = state_of(walked.database, anna_of.user_id)
    for table, rows in before.items():
        assert after[table] == rows, f"{caller} changed {table}"
    for secret in anna_of.secrets:
        assert secret not in heard


@pytest.mark.parametrize("walked", ON_SQLITE, indirect=True)
def test_an_operator_reads_no_film_of_hers(walked: Walked, anna_of: Anna) -> None:
    """They see people and what was paid, by name; not what anybody makes."""
    heard = call_everything(walked, walked.cookie_of("an operator"), anna_of.project, anna_of.ids)
    for secret in (SECRET, "secret.jpg", "Traceback"):
        assert secret not in heard


def test_the_same_calls_by_the_owner_do_act(walked: Walked, anna_of: Anna) -> None:
    """Else the test above would prove nothing."""
    before = state_of(walked.database, anna_of.user_id)
    heard = call_everything(walked, anna_of.cookie, anna_of.project, anna_of.asked_by("the owner"), SECRET)
    wait_for(lambda: state_of(walked.database, anna_of.user_id) != before, "the owner's calls to act")
    assert SECRET in heard
    assert not [value for value in anna_of.untold if value in heard], "what a page is told it can send"


def test_broken_arguments_of_the_owner_do_no_harm(walked: Walked, anna_of: Anna) -> None:
    heard = call_everything(walked, anna_of.cookie, anna_of.project, BROKEN, json.dumps(SECRET)[1:-1])
    assert "Traceback" not in heard
    with walked.database.reading() as session:
        kept = session.get(Project, anna_of.project.id)
    assert kept is not None
    assert httpx.get(f"{walked.address}/ping", timeout=PATIENCE).status_code == 200
    assert json.dumps(SECRET)[1:-1] in heard, "the owner's own page was filled, so the walk was heard"
