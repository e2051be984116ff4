"""Extract user-facing strings from HTML templates, JavaScript and JSON."""

import html
import json
import re
from html.parser import HTMLParser
from pathlib import PurePath

from scripts.sentences.entry import PAGE, PLACEHOLDER, Sentence, kind_of, words_in

READ_ATTRIBUTES = {"alt", "aria-label", "content", "placeholder", "title"}
INLINE = {"b", "bdi", "em", "i", "span", "strong", "time"}
UNREAD_TAGS = {"script", "style"}
STATEMENT = re.compile(r"\{%.*?%\}", re.DOTALL)
EXPRESSION = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
"""Jinja's."""
MARK = "\x00"
COMMENT_OR_STRING = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|\$\{(?:[^{}`]|`[^`]*`|\{[^{}]*\})*\}|[^`\\])*`""",
    re.DOTALL,
)
COMPARED = re.compile(r"""([=!]== |includes\()"[^"\n]*\"""")
"""Names of keys and kinds: not said, only compared with."""
JSX_TEXT = re.compile(r">([^<>{}=;()]*[^\W\d_]{2,}[^<>{}=;()]*)</")
NAMES = {"label", "name", "title", "description", "short_name", "mood"}


def of_markup(file: PurePath, source: str, first_line: int = 1) -> list[Sentence]:
    """Text and read attributes of HTML. Jinja statements end a sentence, expressions are {placeholders}."""
    parser = _Page()
    with_places = STATEMENT.sub(lambda found: MARK + "\n" * found[0].count("\n"), source)
    parser.feed(EXPRESSION.sub(lambda found: "{" + found[1].replace('"', "'") + "}", with_places))
    parser.close()
    parser.end()
    kind = kind_of(file, PAGE)
    return [Sentence(str(file), line + first_line - 1, kind, text) for line, text in parser.found]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._text = ""
        self._unread = 0
        self._begun = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread += tag in UNREAD_TAGS
        if tag not in INLINE:
            self.end()
        for name, value in attrs:
            if name in READ_ATTRIBUTES and _is_read(value or ""):
                self.found.append((self.getpos()[0], value or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag not in INLINE:
            self.end()
        self._unread -= tag in UNREAD_TAGS

    def handle_data(self, data: str) -> None:
        if self._unread:
            return
        if not self._text.strip():
            self._begun = self.getpos()[0]
        first, *more = data.split(MARK)
        self._text += first
        for part in more:
            self.end()
            self._text = part

    def end(self) -> None:
        """What was read until here is one text."""
        text = html.unescape(re.sub(r"\s+", " ", self._text)).strip()
        if words_in(text):
            self.found.append((self._begun, text))
        self._text = ""


def _is_read(value: str) -> bool:
    return " " in value and bool(words_in(value)) and "=" not in value and "prefers-" not in value


def of_javascript(file: PurePath, source: str) -> list[Sentence]:
    """String literals that look like words, template literals with {placeholders}, and JSX text."""
    found = []
    source = COMPARED.sub(lambda compared: " " * len(compared[0]), source)
    for literal in COMMENT_OR_STRING.finditer(source):
        text = re.sub(r"\$\{", "{", literal[0][1:-1])
        if literal[0][0] != "/" and _is_said(text):
            found.append(_at(file, source, literal.start(), text))
    bare = COMMENT_OR_STRING.sub(lambda literal: re.sub(r"[^\n]", " ", literal[0]), source)
    return found + [
        _at(file, source, between.start(1), " ".join(between[1].split()))
        for between in JSX_TEXT.finditer(bare)
    ]


def _is_said(text: str) -> bool:
    bare = PLACEHOLDER.sub("", text)
    return bool(re.fullmatch(r"[“ ]*[A-Z][^_/;=\[\]]*", bare)) and len(bare) > 1 and bool(words_in(text))


def of_json(file: PurePath, source: str) -> list[Sentence]:
    """Names and descriptions in a manifest or in a list of music."""
    said = json.loads(source)
    return [
        _at(file, source, source.index(json.dumps(text, ensure_ascii=False)), text)
        for thing in (said if isinstance(said, list) else [said])
        for name, text in thing.items()
        if name in NAMES and isinstance(text, str)
    ]


def _at(file: PurePath, source: str, position: int, text: str) -> Sentence:
    return Sentence(str(file), source.count("\n", 0, position) + 1, kind_of(file, PAGE), text)
