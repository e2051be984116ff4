"""The contract with Reflex's insides: after an upgrade, what fails here names what of ours breaks."""

import inspect
import re
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.redis import StateManagerRedis
from reflex.state import BaseState, OnLoadInternalState, State

from echoes.components import connection_status
from echoes.components.skip_link import skip_link
from echoes.echoes import app
from echoes.pages.common.state import PageState
from echoes.pages.project.arrange.state import ArrangementState, ArrangeState
from echoes.pages.project.clips.state import ClipCardsState, ClipsState
from echoes.pages.project.photos.state import PhotosState, PhotoTilesState
from echoes.reflex_adapter import components, server, states, websocket

INSIDES = (
    ("reflex.assets:_link_shared_asset", "assets.importable_script"),
    ("reflex_base.constants:Dirs.EXTERNAL_APP_ASSETS", "assets.importable_script"),
    ("reflex_base.constants:Dirs.APP_ASSETS", "assets.importable_script"),
    ("reflex_base.components.component:field", "components.field"),
    ("reflex_base.vars.function:ArgsFunctionOperation.create", "components.error_boundary"),
    ("reflex_components_core.base.error_boundary:ErrorBoundary.create", "components.error_boundary"),
    ("reflex_components_core.el.element:Element", "components.Element"),
    ("reflex_components_core.react_router:link", "components.router_link"),
    ("reflex_base.constants:ReactRouter.VITE_CONFIG_FILE", "front_end.FrontEndPatches"),
    ("reflex_base.constants:Templates.Dirs.WEB_TEMPLATE", "front_end.FrontEndPatches"),
    ("reflex_base.constants:PackageJson.Commands.DEV", "front_end.serve_development_on_loopback"),
    ("reflex.plugins:Plugin.pre_compile", "front_end.FrontEndPatches"),
    ("reflex.utils.prerequisites:get_web_dir", "server.build_folder"),
    ("reflex_base.constants:Dirs.STATIC", "server.build_folder"),
    ("reflex_base.environment:environment.REFLEX_ENV_MODE.set", "server.prepare"),
    ("reflex_base.environment:environment.REFLEX_SKIP_COMPILE.set", "server.prepare"),
    ("reflex_base.environment:environment.REFLEX_MOUNT_FRONTEND_COMPILED_APP.set", "server.prepare"),
    ("reflex_base.environment:environment.REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE.set", "server.prepare"),
    ("reflex_base.registry:RegistrationContext.get", "states.is_tab_open"),
    ("reflex.state:BaseState._get_root_state", "states.forget_everything, states.state_beside"),
    ("reflex.state:BaseState.get_substates", "states.forget_everything"),
    ("reflex.state:BaseState.reset", "states.forget_everything"),
    ("reflex.state:StateUpdate", "pages.common.taps.EventDeduplication"),
    ("reflex.istate.manager.memory:StateManagerMemory._track_token", "state_expiry.ExpiringMemoryStates"),
    ("reflex.istate.manager.memory:StateManagerMemory._purge_expired_tokens", "state_expiry"),
    ("reflex.istate.manager.memory:StateManagerMemory._expire_states", "state_expiry.ExpiringMemoryStates"),
    ("reflex.istate.manager.redis:StateManagerRedis.set_state", "state_expiry.ExpiringRedisStates"),
    ("reflex.istate.manager.redis:StateManagerRedis._lock", "state_locks.RenewingRedisStates"),
    ("reflex.istate.manager.redis:StateManagerRedis._lock_key", "state_locks.RenewingRedisStates"),
    ("reflex.state:BaseState._to_schema.__func__.__wrapped__", "state_versions.tie_states_to"),
    ("reflex.state:BaseState._deserialize", "state_versions.tie_states_to"),
    ("reflex.istate.manager.token:StateToken.cache_key", "state_expiry.ExpiringMemoryStates"),
    ("reflex_base.utils.form:FORM_DATA_ENTRIES_KEY", "websocket.FORM_ENTRIES"),
)
"""What we use by name, and what of `echoes.reflex_adapter` breaks without it."""
HEAVY: tuple[type[BaseState], ...] = (ArrangementState, ClipCardsState, PhotoTilesState)
STEPS: tuple[type[BaseState], ...] = (ArrangeState, ClipsState, PhotosState)


@pytest.mark.parametrize(("inside", "ours"), INSIDES, ids=[inside for inside, _ in INSIDES])
def test_an_inside_is_there_by_name(inside: str, ours: str) -> None:
    module, _, names = inside.partition(":")
    problem = ""
    try:
        found = import_module(module)
        for name in names.split("."):
            found = getattr(found, name)
    except (ImportError, AttributeError) as error:
        problem = str(error)
    assert not problem, f"Reflex has no {inside} any more, so reflex_adapter.{ours} breaks: {problem}"


def test_the_documentation_lists_each_module_of_the_adapter() -> None:
    root = Path(__file__).resolve().parents[2]
    listed = (root / "docs/dependencies.md").read_text()
    modules = {path.stem for path in (root / "echoes/reflex_adapter").glob("*.py")} - {"__init__"}
    assert {name for name in modules if f"| `{name}` |" in listed} == modules


def test_arrivals_have_their_name() -> None:
    assert f"{OnLoadInternalState.get_full_name()}.on_load_internal".endswith(states.ARRIVAL)


def test_the_browser_knows_our_events_by_their_names() -> None:
    """`connection_status/event_outbox.js` keeps those of pages without a connection, and no other."""
    script = (Path(connection_status.__file__).parent / "event_outbox.js").read_text()
    (ours,) = re.findall(r"OURS = /(.+)/;", script)
    states_: tuple[type[BaseState], ...] = (*STEPS, PageState)
    names = [state.get_full_name() for state in states_]
    assert all(re.match(ours, name) for name in names)
    assert not re.match(ours, f"{State.get_full_name()}.hydrate_and_load")


def test_messages_have_the_names_that_browsers_give_them() -> None:
    """`websocket.FROM_BROWSERS`: another one would be dropped at our border."""
    namespace: Any = app.event_namespace
    handled = {name[3:] for name in dir(namespace) if name.startswith("on_")} - {"connect", "disconnect"}
    assert handled == websocket.FROM_BROWSERS


def test_open_tabs_are_known_by_their_token() -> None:
    """`states.is_tab_open`: without it every page would be followed for ever, or not at all."""
    namespace: Any = app.event_namespace
    assert "nobody's" not in namespace.token_to_sid
    with app.set_contexts():
        assert not states.is_tab_open("nobody's")


def test_the_build_lies_below_the_web_folder() -> None:
    assert server.build_folder().parts[-3:] == (".web", "build", "client")


def test_an_error_boundary_draws_what_it_is_given() -> None:
    drawn = str(components.error_boundary(skip_link("Stumbled")))
    assert "fallbackRender" in drawn
    assert "Stumbled" in drawn


def test_managers_take_what_ours_are_made_with() -> None:
    """`state_expiry.expiring_manager`."""
    for manager, wanted in (
        (StateManagerMemory, {"token_expiration"}),
        (StateManagerRedis, {"redis", "token_expiration", "lock_expiration", "lock_warning_threshold"}),
    ):
        assert wanted <= inspect.signature(manager).parameters.keys(), manager.__name__


@pytest.fixture
def manager() -> StateManagerRedis:
    kept: Any = StateManagerRedis
    with tempfile.TemporaryDirectory() as folder:
        return kept(redis=Redis.from_url(f"unix://{folder}/never-asked"))  # type: ignore[no-any-return]


@pytest.mark.parametrize("asked", [*STEPS, PageState], ids=lambda state: state.__name__)
def test_an_event_fetches_its_state_with_parents_and_substates_and_not_what_lies_beside(
    manager: StateManagerRedis, asked: type[BaseState]
) -> None:
    """`LiveState._show_apart` leans on it: what is large would otherwise come with each tap."""
    fetched = manager._get_required_state_classes(asked, subclasses=True)
    assert {asked, State} <= fetched
    assert not fetched & set(HEAVY)


@pytest.mark.parametrize("state", [*STEPS, *HEAVY, PageState], ids=lambda state: state.__name__)
def test_states_that_hold_much_compute_nothing(state: type[BaseState]) -> None:
    """States with computed vars are fetched by whatever these depend on."""
    assert not state.computed_vars
