"""Nobody but the adapter knows Reflex's insides: not by an import, not by an attribute."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import reflex as rx
from reflex.state import BaseState

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = {"reflex", "reflex.event"}
OUTSIDE = [
    *sorted(path for path in (ROOT / "echoes").rglob("*.py") if "reflex_adapter" not in path.parts),
    ROOT / "rxconfig.py",
]
PRIVATE = {
    name
    for kind in (rx.App, BaseState)
    for name in dir(kind)
    if name.startswith("_") and not name.startswith("__")
}


def insides_in(source: str) -> set[str]:
    tree = ast.parse(source)
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return {name for name in imported_by(tree) if is_inside(name)} | attributes & PRIVATE


def imported_by(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names if one.name.startswith("_"))


def is_inside(module: str) -> bool:
    return module.split(".")[0].startswith("reflex") and module not in PUBLIC


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_knows_no_inside_of_reflex(path: Path) -> None:
    found = insides_in(path.read_text())
    assert not found, f"{found}: what we know of Reflex's insides stands in echoes/reflex_adapter"


@pytest.mark.parametrize(
    "source",
    [
        "from reflex_base import constants",
        "from reflex.state import BaseState",
        "import reflex.istate.manager",
        "from reflex import _secret",
        "app._state_manager = None",
        "self._get_root_state()",
    ],
)
def test_the_rule_sees_what_it_forbids(source: str) -> None:
    assert insides_in(source)


def test_the_rule_allows_what_reflex_promises() -> None:
    assert not insides_in("import reflex as rx\nfrom reflex.event import EventSpec\nself._own = rx.State")
