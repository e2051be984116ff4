"""Patches of the front end that the installed Reflex generates."""

import re

import pytest
from reflex.compiler.compiler import compile_document_root
from reflex.utils import frontend_skeleton
from reflex_base import constants
from reflex_base.compiler.templates import app_root_template
from reflex_base.config import get_config

from echoes.reflex_adapter.front_end import (
    CHUNKS,
    EVALS,
    KEPT,
    REPLACED,
    STATE,
    FrontEndPatches,
    connect_to_own_origin,
    in_few_chunks,
    pass_on_to_backend,
    with_aliases,
    with_sheet_of_every_page_first,
    without_direct_eval,
    without_globals,
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


def test_nothing_that_evaluates_code_keeps_names_from_being_shortened(script: str) -> None:
    changed = without_direct_eval(script)
    assert changed.count("window.eval(") == EVALS
    assert re.findall(r"(?<!window\.)\beval\(", changed) == []
    with pytest.raises(ValueError, match="no longer evaluates code"):
        without_direct_eval(changed.replace("window.eval(", "", 1))


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


@pytest.fixture(scope="module")
def configuration() -> str:
    return str(frontend_skeleton._compile_vite_config(get_config()))


def test_lines_of_ours_stand_in_place_of_libraries(configuration: str) -> None:
    changed = with_aliases(configuration, dict.fromkeys(REPLACED, "$/public/external/ours.js"))
    assert all(f"find: /{find}/" in changed for find in REPLACED)
    assert changed.count('"./public/external/ours.js"') == len(REPLACED)


def test_libraries_and_shared_icons_come_in_few_files(configuration: str) -> None:
    changed = in_few_chunks(configuration)
    assert all(f'"{name}"' in changed for name in CHUNKS)
    with pytest.raises(ValueError, match="no longer holds"):
        in_few_chunks(configuration.replace("groups: [", "parts: ["))


def test_no_library_is_handed_to_evaluated_components() -> None:
    libraries = [("React", "react"), ("state", "$/utils/state")]
    root = app_root_template(
        imports=[], custom_codes=[], hooks={}, window_libraries=libraries,
        render={"contents": "children"}, dynamic_imports=set(),
    )  # fmt: skip
    assert "window.__reflex = {" in root
    assert "window.__reflex" not in without_globals(root)


def test_the_sheet_of_every_page_stands_before_those_of_single_pages() -> None:
    _, document = compile_document_root([])
    assert "precedence" not in document
    assert with_sheet_of_every_page_first(document).count('precedence:"of all"') == 1
