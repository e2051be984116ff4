"""Documents are held against the code: paths exist, names import, the floors are those of the contracts."""

import re
import tomllib
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.scripts.documents import DOCUMENTS, ROOT, ids

PACKAGES = ("echoes", "compiler", "scripts", "tests", "benchmarks")
SUFFIXES = r"(?:py|md|js|jsx|css|toml|json|ini|html|txt|lock|webp)"
PATH = re.compile(rf"`([\w.-]+(?:/[\w.*-]+)*\.{SUFFIXES}|[\w-]+(?:/[\w-]+)*/)`")
DOTTED = re.compile(rf"`((?:{'|'.join(PACKAGES)})(?:\.\w+)+)`")
LINK = re.compile(r"\]\(((?!https?:|#|mailto:)[^)#]+)")
TO_BE_WRITTEN = r"transitions/iris\.py|photos/measuring\.py"
"""What a recipe makes: it is not there yet."""
MADE_BY_RUNNING = {
    "files/",
    "incoming/",
    "work/",
    "cache/",
    "storage-cache/",
    "secret.key",
    "demo-data/",
    "content-credentials/",
    "upgrades/",
    "certificates/",
    "recipes/",
}


@pytest.mark.parametrize("document", DOCUMENTS, ids=ids)
def test_every_path_exists(document: Path) -> None:
    """From the root, from `echoes/`, from `compiler/`, or beside the document."""
    text = document.read_text(encoding="utf-8")
    places = (ROOT, ROOT / "echoes", ROOT / "compiler", document.parent)
    named = set(PATH.findall(text)) - MADE_BY_RUNNING
    lost = [name for name in named if not any(_exists(place, name) for place in places)]
    lost += [target for target in LINK.findall(text) if not (document.parent / target).exists()]
    assert not [name for name in lost if not re.search(TO_BE_WRITTEN, name)]


def _exists(place: Path, name: str) -> bool:
    return (place / name).exists() or ("/" not in name and name in _file_names())


@cache
def _file_names() -> set[str]:
    """What a page's three files are called, and the like, stands without its folder."""
    return {path.name for package in PACKAGES for path in (ROOT / package).rglob("*.*")}


@pytest.mark.parametrize("document", DOCUMENTS, ids=ids)
def test_every_dotted_name_can_be_imported(document: Path) -> None:
    names = set(DOTTED.findall(document.read_text(encoding="utf-8")))
    lost = [name for name in names if not _can_be_imported(name)]
    assert not [name for name in lost if not re.search(TO_BE_WRITTEN, name)]


def _can_be_imported(name: str) -> bool:
    """A module, or what stands in one."""
    module, _, last = name.rpartition(".")
    try:
        return find_spec(name) is not None or hasattr(import_module(module), last)
    except ModuleNotFoundError:
        return module.count(".") > 0 and _is_attribute(module, last)


def _is_attribute(owner: str, last: str) -> bool:
    module, _, name = owner.rpartition(".")
    try:
        return hasattr(getattr(import_module(module), name, None), last)
    except ModuleNotFoundError:
        return False


def test_every_word_of_the_glossary_names_what_it_is() -> None:
    """A class, or the module of what is no class; that each can be imported is asked above."""
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("|") and "---" not in line]
    words = [row for row in rows if row[0].strip() != "word"]
    assert len(words) > 40
    assert not [row[0] for row in words if len(row) != 3 or not DOTTED.search(row[1]) or not row[2].strip()]


@pytest.mark.parametrize(("container", "heading"), [("echoes", "floor"), ("compiler", "floor of `compiler`")])
def test_the_floors_are_those_of_the_contracts(container: str, heading: str) -> None:
    """A row may hold several layers of a contract that follow each other, and never a part of one."""
    layers = _layers(container)
    left = [set(layer) for layer in layers]
    for row in _rows(heading):
        while row and left and left[0] <= row:
            row -= left.pop(0)
        assert not row, f"not on this floor by the contract: {row}; next there: {left[:1]}"
    assert not left, f"no floor in the table: {left}"


def _layers(container: str) -> list[list[str]]:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = pyproject["tool"]["importlinter"]["contracts"]
    (layers,) = [each["layers"] for each in contracts if each.get("containers") == [container]]
    return [[name.strip() for name in re.split(r"[|:]", layer)] for layer in layers]


def _rows(heading: str) -> list[set[str]]:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    _, _, table = text.partition(f"| {heading} | what is there |\n|---|---|\n")
    lines = table.partition("\n\n")[0].splitlines()
    return [set(re.findall(r"`(\w+)`", line.split("|")[1])) for line in lines]
