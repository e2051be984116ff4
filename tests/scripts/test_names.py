"""Names are the field's: every module says what it is in its first line, and private words stand nowhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM, OTHERS = ("echoes", "compiler"), ("scripts", "benchmarks", "tests", "tools")
MODULES = sorted(path for folder in (*PROGRAM, *OTHERS) for path in (ROOT / folder).rglob("*.py"))
INSTEAD = {
    "turnstile": "rate limit",
    "darkroom": "decode process",
    "broom": "cleanup",
    "sweep": "clean up",
    "swept": "cleaned up",
    "sweeping": "cleanup",
    "door": "link access, sign-in, limit",
    "doors": "link access, sign-in, limit",
    "weather": "failures",
    "purse": "balance",
    "belongings": "personal data",
    "comeback": "re-authentication",
    "handshake": "re-authentication, TLS handshake",
    "lookalike": "duplicate",
}
"""What the field says for words that were ours alone, by which nobody would search."""
STORED = {"forget_and_sweep", "HANDSHAKE"}
"""A workflow's name in the database, and what pages of an earlier build send."""
MOST_FILES = 17
"""Of Python in a folder, its __init__ among them."""
LONGEST_FILE = 330
"""About 300 lines: one more that is a tenth over is split."""


def ids(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def private_words(text: str) -> set[str]:
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", re.sub("|".join(STORED), "", text))
    return {part.lower() for part in parts} & INSTEAD.keys()


def names_of(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def test_the_first_line_says_what_a_module_is() -> None:
    said = {ids(path): ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) for path in MODULES}
    assert not [path for path, words in said.items() if not words]


@pytest.mark.parametrize("folder", PROGRAM)
def test_no_private_word_stands_in_the_program(folder: str) -> None:
    found = {
        ids(path): private_words(path.read_text(encoding="utf-8")) for path in (ROOT / folder).rglob("*.py")
    }
    assert not {path: {word: INSTEAD[word] for word in words} for path, words in found.items() if words}


@pytest.mark.parametrize("folder", OTHERS)
def test_no_private_word_is_a_name_elsewhere(folder: str) -> None:
    found = {
        ids(path): private_words(
            " ".join([path.stem, *names_of(ast.parse(path.read_text(encoding="utf-8")))])
        )
        for path in (ROOT / folder).rglob("*.py")
        if path != Path(__file__)
    }
    assert not {path: {word: INSTEAD[word] for word in words} for path, words in found.items() if words}


def test_no_folder_is_flat_and_no_file_is_long() -> None:
    counts: dict[str, int] = {}
    for path in MODULES:
        counts[ids(path.parent)] = counts.get(ids(path.parent), 0) + 1
    assert not {folder: count for folder, count in counts.items() if count > MOST_FILES}
    lines = {ids(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert not {path: count for path, count in lines.items() if count > LONGEST_FILE}
