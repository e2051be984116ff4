"""Documents of the repository, for the tests that hold them against the code."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md")])
FENCED = re.compile(r"^ *```\w*\n(.*?)^ *```", re.M | re.S)
SPAN = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")


def ids(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def spans(document: Path) -> list[str]:
    """What stands in backticks within a sentence. A line may end within it."""
    text = FENCED.sub("", document.read_text(encoding="utf-8"))
    return [" ".join(span.split()) for span in SPAN.findall(text)]


def code(document: Path) -> list[str]:
    """Those, and the lines of blocks; a line that goes on in the next one is one with it."""
    blocks = FENCED.findall(document.read_text(encoding="utf-8"))
    lines = [
        line.partition(" #")[0].strip() for block in blocks for line in block.replace("\\\n", "").splitlines()
    ]
    return [*spans(document), *lines]
