"""Error classes: one root, and of a cause in the log its kind, and a line that can do nothing."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import echoes
from echoes.errors import LONGEST_CAUSE, EchoesError, brief

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (ValueError("no such codec"), "ValueError: no such codec"),
        ("Traceback (most recent call last):\n  File …\nOSError: it ends\n\n", "OSError: it ends"),
        ("\x1b[2J\x00and\u2028then", r"then"),
        ("red \x1b[31m\x9b and \ud800", r"red \x1b[31m\x9b and \ud800"),
        ("Straße, 東京", "Straße, 東京"),
        (KeyError("a", 1), "KeyError: ('a', 1)"),
        ("", ""),
        (None, "None"),
    ],
)
def test_a_cause_is_one_line_that_does_nothing(cause: object, said: str) -> None:
    assert brief(cause) == said


@pytest.mark.parametrize("letter", ["x", "\x1b", "\U000e0001"])
def test_a_cause_is_short(letter: str) -> None:
    assert len(brief(letter * 100_000)) <= LONGEST_CAUSE


def test_no_log_line_quotes_a_cause_whole() -> None:
    """By what such names stand for in our code: exceptions, causes, what another program or service said."""
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "echoes").rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and _is_logging(call) and any(map(_quotes_a_cause, call.args[1:]))
    ]
    assert found == []


def _is_logging(call: ast.Call) -> bool:
    target = call.func
    return (
        isinstance(target, ast.Attribute)
        and isinstance(target.value, ast.Name)
        and target.value.id == "logger"
    )


def _quotes_a_cause(argument: ast.expr) -> bool:
    if isinstance(argument, ast.Call):
        return isinstance(argument.func, ast.Attribute) and _quotes_a_cause(argument.func)
    named = ast.unparse(argument)
    return named in QUOTING or named.endswith((".cause", ".__cause__", ".user_message", ".sentence"))


QUOTING = frozenset({"error", "cause", "problem", "exception", "stderr", "answer.get"})


def every_error() -> list[type[BaseException]]:
    for module in pkgutil.walk_packages(echoes.__path__, "echoes."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return [kind for kind in _below(BaseException) if kind.__module__.startswith("echoes.")]


def _below(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    for lower in kind.__subclasses__():
        yield lower
        yield from _below(lower)


def test_all_errors_of_ours_are_under_one_root_each_with_a_status_and_a_code_of_its_own() -> None:
    """Those of the compiler end in its own process: here they are CompilationFailed."""
    kinds = {kind for kind in every_error() if kind is not EchoesError}
    assert len(kinds) > 40
    assert [kind for kind in kinds if not issubclass(kind, EchoesError)] == []
    own = {kind: vars(kind).get("code") for kind in kinds if issubclass(kind, EchoesError)}
    assert [kind for kind, code in own.items() if not re.fullmatch(r"[a-z_]{3,30}", str(code))] == []
    assert len(set(own.values())) == len(own), "a code names one class"
    assert {kind for kind in own if kind.status not in range(400, 512)} == set()


def test_errors_of_the_compiler_are_known_at_its_border_alone() -> None:
    found = {
        path.parent
        for path in (ROOT / "echoes").rglob("*.py")
        if "compiler.errors" in path.read_text("utf-8")
    }
    border = ROOT / "echoes" / "processes"
    assert found == {border, border / "aws_lambda"}
