"""The wire between pages and the installed Reflex."""

from echoes.echoes import app
from echoes.reflex_adapter.websocket import EVENTS, handlers_of


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


def test_the_events_have_their_path() -> None:
    assert app.event_namespace is not None
    assert app.event_namespace.namespace == EVENTS
