"""A handler reaches the database by calls that authenticate, and by no other: so whoever writes
a new one cannot forget to. They are `_act` and `_look` of these two modules."""

import ast
from pathlib import Path

import pytest

ECHOES = Path(__file__).resolve().parents[2] / "echoes"
ALLOWED = {"pages/common/state.py", "pages/admin/common/state.py"}
WAYS_IN = {
    "get_database",
    "acting_as",
    "reading_as",
    "unscoped",
    "reading",
    "Database",
    "UserSession",
    "Session",
}
BESIDE_HANDLERS = [
    path.relative_to(ECHOES).as_posix()
    for folder in ("pages", "components")
    for path in sorted((ECHOES / folder).rglob("*.py"))
]


def opened_by(source: str) -> set[str]:
    """Calls that open a session, by whatever name of ours."""
    called = {node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)}
    names = {func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in called}
    return names & WAYS_IN


@pytest.mark.parametrize("module", BESIDE_HANDLERS)
def test_pages_open_no_session_of_their_own(module: str) -> None:
    opened = opened_by((ECHOES / module).read_text())
    assert bool(opened) == (module in ALLOWED), f"{module} opens {opened}: go through `_act` or `_look`"


def test_the_rule_sees_what_it_forbids() -> None:
    assert opened_by("with get_database().unscoped() as session: pass") == {"get_database", "unscoped"}
    assert opened_by("self._act(films.delete, film_id)") == set()
