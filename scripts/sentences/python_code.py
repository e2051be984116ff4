"""Extract user-facing strings from Python source by its syntax tree (AST).

All strings that look like words are taken, unless they stand where nobody reads them (`unread`): it is safer
to name what is not read than what is. Values put into a string are shown as {placeholders}.
"""

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath

from scripts.sentences import unread
from scripts.sentences.entry import CAUSE, COMMAND, ERROR, PAGE, PLACEHOLDER, Sentence, kind_of, words_in
from scripts.sentences.markup import of_markup

EXCEPTIONS = {
    name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, Exception)
}
TRANSPARENT = {"cond", "match", "foreach", "format", "join", "strip", "fragment"}
"""Calls that hand their arguments on: what they are arguments of is said one call further out."""
RAISED = re.compile(r"RAISE EXCEPTION '((?:[^']|'')+)'")
CAPITALISED = re.compile(r"[“(]?[A-Z][a-z]+(-[a-z]+)*[”).:?!…]*")
LOUD = {"badge", "counted", "option", "p", "span", "strong", "td", "th", "cell"}
"""Calls whose plain arguments are read even when they are one small word."""


@dataclass(frozen=True)
class Context:
    """Where a string stands: in which call, under which of its keywords."""

    call: str = ""
    keyword: str = ""
    is_raised: bool = False


def of_python(file: PurePath, source: str) -> list[Sentence]:
    reader = _Reader(file)
    reader.read(ast.parse(source), Context())
    return reader.found


def text_of(node: ast.AST) -> str | None:
    """A string as its reader sees it, each value in it as {what it is}; None for what is no string."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr():
            return "".join(_part(part) for part in node.values)
        case ast.BinOp(op=ast.Add()):
            parts = [(side, text_of(side)) for side in (node.left, node.right)]
            if any(text is not None for _, text in parts):
                return "".join(_placeholder(side) if text is None else text for side, text in parts)
    return None


def docstrings(tree: ast.AST) -> Iterator[ast.Expr]:
    """Strings that stand alone: they explain the code."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield node


def _part(part: ast.expr) -> str:
    if isinstance(part, ast.FormattedValue):
        return _placeholder(part.value)
    return text_of(part) or ""


def _placeholder(node: ast.expr) -> str:
    return "{" + re.sub(r"[{}]", "", ast.unparse(node)) + "}"


def _name(function: ast.expr) -> tuple[str, str]:
    """("logger", "info") of logger.info, ("", "button") of button."""
    match function:
        case ast.Attribute(value=owner, attr=name):
            return _name(owner)[1], name
        case ast.Name(id=name):
            return "", name
        case ast.Call(func=inner):
            return _name(inner)
    return "", ""


class _Reader:
    def __init__(self, file: PurePath) -> None:
        self.file = file
        self.found: list[Sentence] = []

    def read(self, node: ast.AST | None, context: Context) -> None:
        match node:
            case None | ast.Expr(value=ast.Constant()) | ast.Assert() | ast.Compare() | ast.MatchValue():
                return
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node)
            case ast.ClassDef():
                self._all(node.body, Context())
            case ast.Raise():
                self.read(node.exc, replace(context, is_raised=True))
            case ast.expr():
                self._expression(node, context)
            case _:
                self._assignment(node, context)

    def _assignment(self, node: ast.AST, context: Context) -> None:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]) if name in unread.NAMES:
                return
            case ast.AnnAssign():
                self.read(node.value, context)
            case _:
                self._all(ast.iter_child_nodes(node), context)

    def _expression(self, node: ast.expr, context: Context) -> None:
        match node:
            case ast.Call():
                self._call(node, context)
            case ast.Subscript(value=ast.Name(id="Annotated")):
                self.read(node.slice, Context())
            case ast.Subscript():
                self.read(node.value, context)
            case ast.Dict():
                self._dictionary(node, context)
            case ast.Constant() | ast.JoinedStr() | ast.BinOp():
                self._string(node, context)
            case _:
                self._all(ast.iter_child_nodes(node), context)

    def _all(self, nodes: Iterable[ast.AST | None], context: Context) -> None:
        for node in nodes:
            self.read(node, context)

    def _call(self, node: ast.Call, context: Context) -> None:
        owner, name = _name(node.func)
        if name in unread.CALLS or owner in unread.OWNERS:
            return
        self.read(node.func, context)
        inner = context if name in TRANSPARENT else Context(name, "", context.is_raised)
        self._all(node.args, inner)
        for given in node.keywords:
            if given.arg not in unread.KEYWORDS:
                self.read(given.value, replace(inner, keyword=given.arg or ""))

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._all([*node.args.defaults, *node.args.kw_defaults], Context())
        for argument in [*node.args.args, *node.args.kwonlyargs]:
            if isinstance(argument.annotation, ast.Subscript):
                self.read(argument.annotation, Context())
        if any(_name(decorator)[1] == "command" for decorator in node.decorator_list):
            self._keep(node, ast.get_docstring(node) or "", COMMAND)
        self._all(node.body, Context())

    def _dictionary(self, node: ast.Dict, context: Context) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None and " " in (text_of(key) or ""):
                self.read(key, context)
            self.read(value, context)

    def _string(self, node: ast.expr, context: Context) -> None:
        text = text_of(node)
        if text is None:
            return self._all(ast.iter_child_nodes(node), context)
        if "<" in text and text.lstrip().startswith("<"):
            self.found += of_markup(self.file, text, node.lineno)
        elif said := RAISED.findall(text):
            self._keep(node, said[0], CAUSE)
        elif _is_read(text, context):
            self._keep(node, text, self._kind(context))
        for value in _values(node):
            self.read(value, context)
        return None

    def _keep(self, node: ast.expr | ast.stmt, text: str, kind: str) -> None:
        self.found.append(Sentence(str(self.file), node.lineno, kind, text))

    def _kind(self, context: Context) -> str:
        if context.call in EXCEPTIONS or context.keyword == "cause":
            return kind_of(self.file, CAUSE)
        return kind_of(self.file, ERROR if context.is_raised else PAGE)


def _values(node: ast.expr) -> Iterator[ast.expr]:
    """What is put into a string: it may hold words of its own."""
    match node:
        case ast.JoinedStr():
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    yield part.value
        case ast.BinOp():
            for side in (node.left, node.right):
                if text_of(side) is None:
                    yield side
                else:
                    yield from _values(side)


def _is_read(text: str, context: Context) -> bool:
    """Whether a string looks like words: several, or one with a capital, or one where any word is shown."""
    bare = PLACEHOLDER.sub("", text).strip()
    if not words_in(text) or unread.TEXTS.match(text):
        return False
    if " " in bare or "\n" in bare:
        return True
    return bool(CAPITALISED.fullmatch(bare)) or (context.call in LOUD and bare.isalpha())
