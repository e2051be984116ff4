"""Walks that no CI runs look for words that the pages still say."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BY_LABEL = {"get_by_label", "get_by_text"}


def by_hand() -> list[Path]:
    """Modules of journeys and deployment that pytest does not collect, and that drive a page."""
    folders = (ROOT / "tests/deploy", ROOT / "tests/journeys/operations")
    files = (file for folder in folders for file in folder.glob("*.py"))
    return sorted(
        file for file in files if not file.name.startswith(("test_", "conftest")) and words_of(file) != []
    )


def words_of(file: Path) -> list[str]:
    return [
        word
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        for word in looked_for(node, node.func.attr)
    ]


def looked_for(call: ast.Call, method: str) -> Iterator[str]:
    found = [keyword.value for keyword in call.keywords if method == "get_by_role" and keyword.arg == "name"]
    for value in found + (call.args[:1] if method in BY_LABEL else []):
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


@pytest.mark.parametrize("file", by_hand(), ids=lambda file: file.stem)
def test_a_walk_by_hand_looks_for_words_of_the_pages(file: Path) -> None:
    pages = "\n".join(file.read_text() for file in (ROOT / "echoes").rglob("*.py"))
    assert [word for word in words_of(file) if f'"{word}' not in pages] == []
