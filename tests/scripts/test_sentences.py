"""The list of sentences is whole: whatever looks like one in the sources is on it, however one looks."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from scripts.sentences import Sentence, collect
from scripts.sentences.entry import PLACEHOLDER
from scripts.sentences.unread import LITERALS

ROOT = Path(__file__).parents[2]
SENTENCE = re.compile(r"(?s)\W*[A-Z“{].*\s\S.*[.?!…]\W*")
"""Begins with a capital or a value, has two words or more, and ends as sentences do."""
IN_JAVASCRIPT = re.compile(r"""(?<=["'`>])[A-Z][^"'`<>\n]* [^"'`<>\n]*[.?!…](?=["'`<])""")
READ_BY_MACHINES = {
    "// Assume websocket is on https port",
    "// Attempt to reconnect transient non-intentional disconnects.",
}
"""Of Reflex's own front end, to find it there."""
IN_A_BROWSER = {"page", "operator page", "share page", "error", "compiler"}
LOGS = {"debug", "info", "warning", "error", "exception"}

PLANTED = {
    "echoes/pages/planted.py": '''
import reflex as rx

EMPTY = "Nothing was planted here."

def view(shown):
    """This explains the code."""
    logger.warning("This is for the log.")
    return rx.el.div(
        rx.text("A planted heading"),
        rx.el.input(placeholder="A planted placeholder", class_name="a planted class"),
        rx.el.nav(custom_attrs={"aria-label": "A planted label"}),
        button("Plant"),
        rx.cond(shown.many, f"{shown.count} planted things", "One planted thing"),
        rx.toast("A planted toast."),
    )
''',
    "echoes/planted/service.py": 'def plant(name):\n    raise BadInput(f"“{name}” cannot be planted.")\n',
    "echoes/admin/planted.py": 'TITLE = "A planted table"\n',
    "echoes/commands/planted.py": 'parser.add_argument("-f", help="A planted file.")\nprint("Planted.")\n',
    "echoes/sharing/templates/planted.html": (
        "<!doctype html><h1>A planted <bdi>{{ name }}</bdi></h1>"
        "{% if a %}Planted once{% else %}Planted twice{% endif %}"
        '<img alt="A planted picture"><script>var not = "A planted script.";</script>'
    ),
    "compiler/planted.py": 'def plant():\n    raise NotAVideo("This planted file is no video.")\n',
    "echoes/components/planted.jsx": (
        '// "Not this comment."\nconst words = isBack ? "Planted here." : `Planted ${count} times`;\n'
        'return <p aria-label="A planted way" className="a planted class">Planted between tags</p>;\n'
    ),
}  # fmt: skip


@cache
def listed() -> list[Sentence]:
    return collect(ROOT)


def test_each_kind_of_place_is_read_and_nothing_else_of_it(tmp_path: Path) -> None:
    for name, source in PLANTED.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source)
    found = {(sentence.kind, sentence.text) for sentence in collect(tmp_path)}
    assert found == {
        ("page", "Nothing was planted here."),
        ("page", "A planted heading"),
        ("page", "A planted placeholder"),
        ("page", "A planted label"),
        ("page", "Plant"),
        ("page", "{shown.count} planted things"),
        ("page", "One planted thing"),
        ("page", "A planted toast."),
        ("error", "“{name}” cannot be planted."),
        ("operator page", "A planted table"),
        ("command", "A planted file."),
        ("command", "Planted."),
        ("share page", "A planted {name}"),
        ("share page", "Planted once"),
        ("share page", "Planted twice"),
        ("share page", "A planted picture"),
        ("compiler", "This planted file is no video."),
        ("page", "Planted here."),
        ("page", "Planted {count} times"),
        ("page", "A planted way"),
        ("page", "Planted between tags"),
    }


def test_whatever_looks_like_a_sentence_in_python_is_listed() -> None:
    texts = {sentence.text for sentence in listed()}
    whole = "\n".join(texts)
    sentences = [
        (f"{path.relative_to(ROOT)}:{line}", text)
        for folder in ("echoes", "compiler")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line, text in literals(ast.parse(path.read_text()))
        if SENTENCE.fullmatch(text) and not text.lstrip().startswith("<")
    ]
    assert len(sentences) > 300
    assert [
        found for found in sentences if found[1] not in whole and found[1] not in LITERALS | READ_BY_MACHINES
    ] == []


def test_whatever_looks_like_a_sentence_in_javascript_is_listed() -> None:
    texts = {sentence.text for sentence in listed()}
    sentences = [
        (path.name, found)
        for path in sorted((ROOT / "echoes/components").glob("*.js*"))
        for line in path.read_text().splitlines()
        if not line.lstrip().startswith(("//", "*", "/*"))
        for found in IN_JAVASCRIPT.findall(line)
    ]
    assert len(sentences) > 8
    assert [found for found in sentences if found[1].replace("${", "{") not in texts] == []


def test_every_listed_line_names_a_place_that_holds_it() -> None:
    for sentence in listed():
        lines = (ROOT / sentence.file).read_text().splitlines()
        assert sentence.line <= len(lines)
        place, kind, text = str(sentence).split("\t")
        assert (place, kind) == (f"{sentence.file}:{sentence.line}", sentence.kind)
        assert json.loads(f'"{text}"') == sentence.text


def test_no_exception_outlives_what_it_excepts() -> None:
    source = "\n".join(
        path.read_text()
        for folder in ("echoes", "compiler", "scripts")
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in {".py", ".js", ".jsx"} and "sentences" not in path.parts
    )
    assert [exception for exception in sorted(LITERALS) if exception.split("{")[0] not in source] == []


def test_no_sentence_uses_words_that_the_rules_of_writing_replace() -> None:
    rules = (ROOT / "docs/writing.md").read_text().split("| Not | But |\n|---|---|\n")[1].split("\n\n")[0]
    replaced = [line.split("|")[1].strip() for line in rules.splitlines()]
    assert "anew" in replaced
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, replaced))})\b")
    assert [str(sentence) for sentence in listed() if pattern.search(sentence.text)] == []


def test_quotation_marks_and_ellipses_are_typographic_in_a_browser() -> None:
    plain = re.compile(r"\w'\w|\s…|\.\.\.|\s%")
    read = [sentence for sentence in listed() if sentence.kind in IN_A_BROWSER]
    without_values = [(sentence, PLACEHOLDER.sub("0", sentence.text)) for sentence in read]
    assert len(read) > 500
    assert [str(sentence) for sentence, words in without_values if plain.search(words)] == []


def literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """All strings but docstrings and what is written to a log or asserted."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Assert():
                continue
            case ast.Call(func=ast.Attribute(attr=name)) if name in LOGS:
                continue
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"))):
                continue
            case ast.keyword(arg="doc"):
                continue
            case ast.Constant(value=str(text)):
                yield node.lineno, text
            case _:
                yield from literals(node)
