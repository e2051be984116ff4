"""Documents are held against the code: their commands, options and names are there."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from echoes.__main__ import commands
from echoes.settings import Settings
from tests.scripts.documents import DOCUMENTS, ROOT, code, ids, spans

SOURCES = ("alembic", "assets", "benchmarks", "compiler", "deploy", "echoes", "scripts", "tests", "tools")
LANGUAGES = {".css", ".ini", ".js", ".json", ".jsx", ".mako", ".py", ".sh", ".toml", ".ts", ".yaml"}
TOP = "|".join(re.escape(folder) for folder in (*SOURCES, "docs", ".ci"))
IN_TREE = re.compile(rf"(?<![\w./:<-])((?:{TOP})/[\w.*/-]*\w)")
MAKE = re.compile(r"^(?:[A-Z_]+=\S+ )*make ([a-z][a-z-]*)")
PROGRAM = re.compile(r"\bpython -m ([\w.]+)(.*)")
ECHOES = re.compile(r"(?:^|[ /])echoes ([a-z].*)")
OPTION = re.compile(r"(?<!\S)--(?!help\b)[a-z][a-z-]*")
NAME = re.compile(r"\b(?:[A-Za-z]\w*_\w+|[A-Z]?[a-z]+[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*)\b|\b[a-zA-Z_]\w+(?=\()")
NAME_OF_FILE = re.compile(r"`(\w+)(?:\([^`]*\))?`(?:\s+(?:of|in)\s+|\s+\()`([\w./-]+\.py)`")
OF_OTHERS = {
    "algorithmicallyEnhanced", "compositeCapture", "digitalCapture", "call_script", "OTEL_TRACES_SAMPLER",
    "max_connections", "remote_addr", "client_max_body_size", "proxy_read_timeout", "proxy_request_buffering",
}  # fmt: skip
"""Of programs and services that have no line of ours with them."""
TO_BE_WRITTEN = {"compiler/picture/transitions/iris.py", "echoes/photos/measuring.py"}
"""What a recipe makes: it is not there yet."""
every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=ids)


@every_document
def test_every_path_from_the_root_exists(document: Path) -> None:
    """Also of folders, of files without a suffix, and within commands."""
    named = {path for line in code(document) for path in IN_TREE.findall(line)} - TO_BE_WRITTEN
    assert not [path for path in named if not any(ROOT.glob(path))]


@every_document
def test_every_target_of_make_is_there(document: Path) -> None:
    targets = set(" ".join(re.findall(r"^([a-z][\w -]*):", (ROOT / "Makefile").read_text(), re.M)).split())
    named = {target for line in code(document) for target in MAKE.findall(line)}
    assert not named - targets


@every_document
def test_every_module_that_is_run_is_there_with_its_options(document: Path) -> None:
    for module, rest in (found for line in code(document) for found in PROGRAM.findall(line)):
        spec = find_spec(module)
        assert spec is not None, module
        if module.partition(".")[0] in SOURCES:
            known = "".join(path.read_text(encoding="utf-8") for path in beside(str(spec.origin)))
            assert not [option for option in OPTION.findall(rest) if f'"{option}"' not in known], module


def beside(origin: str) -> Iterator[Path]:
    """What programs of one kind share stands in a module next to theirs."""
    return Path(origin).parent.rglob("*.py")


@every_document
def test_every_command_of_echoes_is_there_with_its_options(document: Path) -> None:
    for line in code(document):
        for said in ECHOES.findall(line):
            command, rest = command_of(said.split())
            assert not isinstance(command, TyperGroup), f"no command of Echoes: {line}"
            options = {option for parameter in command.params for option in parameter.opts}
            assert not set(OPTION.findall(" ".join(rest))) - options, line


def command_of(said: list[str]) -> tuple[Any, list[str]]:
    """The command that the first words name, and what follows it."""
    command: Any = get_command(commands)
    while isinstance(command, TyperGroup) and said and said[0] in command.commands:
        command, said = command.commands[said[0]], said[1:]
    return command, said


@every_document
def test_every_name_stands_somewhere_in_the_code(document: Path) -> None:
    """Classes, functions, constants, settings: whatever is written as only a name of code is."""
    named = {name for span in spans(document) for name in NAME.findall(span) if not name.endswith("_")}
    settings = {f"ECHOES_{name.upper()}" for name in Settings.model_fields}
    assert not sorted(named - words_of_the_code() - settings - OF_OTHERS)


@every_document
def test_every_name_of_a_file_is_defined_in_that_file(document: Path) -> None:
    for name, path in NAME_OF_FILE.findall(document.read_text(encoding="utf-8")):
        files = [place / path for place in (ROOT, ROOT / "echoes", ROOT / "compiler")]
        assert [file for file in files if file.exists() and name in defined(file)], f"{name} of {path}"


def defined(path: Path) -> Iterator[str]:
    """Classes, functions, methods and constants."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name


@cache
def words_of_the_code() -> frozenset[str]:
    return frozenset(word for path in sources() for word in words(path))


def sources() -> Iterator[Path]:
    yield ROOT / "pyproject.toml"
    for folder in SOURCES:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in LANGUAGES and path != Path(__file__) and "node_modules" not in path.parts:
                yield path


def words(path: Path) -> set[str]:
    """Its own name is one of them."""
    return set(re.findall(r"\w+", f"{ids(path)} {path.read_text(encoding='utf-8')}"))
