"""One user-facing string, where it stands and who reads it."""

import json
import re
from dataclasses import dataclass
from pathlib import PurePath

PAGE, OPERATOR, SHARED = "page", "operator page", "share page"
ERROR, COMPILER, CAUSE = "error", "compiler", "cause"
SETTINGS, COMMAND = "settings", "command"
FOLDERS = {
    "sharing": SHARED,
    "admin": OPERATOR,
    "settings": SETTINGS,
    "commands": COMMAND,
    "scripts": COMMAND,
    "__main__.py": COMMAND,
    "compiler": COMPILER,
}
"""Who reads what a folder says; the first that is on the way to the file decides."""
PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\([a-z]+\)s|%[srd]")
WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, order=True)
class Sentence:
    file: str
    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}\t{self.kind}\t{json.dumps(self.text, ensure_ascii=False)[1:-1]}"


def kind_of(file: PurePath, otherwise: str) -> str:
    return next((kind for name, kind in FOLDERS.items() if name in file.parts), otherwise)


def words_in(text: str) -> list[str]:
    """What is left of a text without the values that are put into it."""
    return WORD.findall(PLACEHOLDER.sub(" ", text))
