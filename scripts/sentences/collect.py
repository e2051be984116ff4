"""Walk the sources and collect every user-facing string."""

from collections.abc import Callable, Iterator
from pathlib import Path, PurePath

from scripts.sentences import unread
from scripts.sentences.entry import Sentence
from scripts.sentences.markup import of_javascript, of_json, of_markup
from scripts.sentences.python_code import of_python

FOLDERS = ("echoes", "compiler", "scripts", "assets")
NOT_OURS_TO_SAY = ("scripts/sentences", "scripts/music", "assets/external")
"""Tools that no user and no operator starts, and copies that the build makes."""
READERS: dict[str, Callable[[PurePath, str], list[Sentence]]] = {
    ".py": of_python,
    ".html": of_markup,
    ".js": of_javascript,
    ".jsx": of_javascript,
    ".json": of_json,
    ".webmanifest": of_json,
}


def collect(root: Path) -> list[Sentence]:
    return sorted(sentence for file in sources(root) for sentence in _of(root, file))


def sources(root: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in READERS and not file.relative_to(root).as_posix().startswith(NOT_OURS_TO_SAY):
                yield file


def _of(root: Path, file: Path) -> Iterator[Sentence]:
    for sentence in READERS[file.suffix](file.relative_to(root), file.read_text()):
        if sentence.text.strip() not in unread.LITERALS:
            yield sentence
