"""What we change in the front end that the installed Reflex generates."""

import pytest
from reflex_base import constants
from reflex_base.config import get_config

from echoes.reflex_adapter.front_end import (
    KEPT,
    STATE,
    FrontEndPatches,
    connect_to_own_origin,
    pass_on_to_backend,
)


@pytest.fixture(scope="module")
def script() -> str:
    return str((constants.Templates.Dirs.WEB_TEMPLATE / STATE).read_text())


def test_pages_connect_to_the_port_they_came_from(script: str) -> None:
    changed = connect_to_own_origin(script)
    assert "endpoint.port = window.location.port;" in changed
    assert 'endpoint.port = "";' not in changed


def test_a_reflex_that_writes_it_differently_is_noticed(script: str) -> None:
    with pytest.raises(ValueError, match="no longer holds"):
        connect_to_own_origin(script.replace("endpoint.hostname", "endpoint.host"))


@pytest.mark.parametrize("told", KEPT)
def test_what_connection_js_is_told_stands_once_in_the_script_of_reflex(script: str, told: str) -> None:
    assert script.count(told) == 1, f"reflex_adapter.front_end.keep_what_is_tapped looks for {told!r}"


def test_in_development_routes_of_ours_reach_the_backend() -> None:
    (patches,) = [plugin for plugin in get_config().plugins if isinstance(plugin, FrontEndPatches)]
    changed = pass_on_to_backend("server: { port: process.env.PORT, }", patches._our_routes())
    assert "auth" in changed
    assert "uploads" in changed
    assert "_event" in changed


def test_telemetry_badge_and_foreign_origins_are_off() -> None:
    config = get_config()
    assert not config.telemetry_enabled
    assert config.show_built_with_reflex is False
    assert "*" not in config.cors_allowed_origins
