"""Migrations and models agree: a fresh database that has run every migration is what the models describe.

And old processes go on while a new release migrates: what one of them may use is taken away only by a
migration that says since which release nobody does (docs/how-to/add-a-table.md).
"""

import ast
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError

from echoes.database.migrations import CONTRACT, REVISION, VERSIONS
from scripts.toolchain import ROOT

BEFORE_THE_RULE = "0013"
TAKES_AWAY = {"drop_column", "drop_table", "rename_table"}
NARROWS = {"new_column_name", "type_"}
IN_SQL = re.compile(r"\b(DROP\s+(TABLE|COLUMN)|RENAME)\b", re.IGNORECASE)


def main() -> None:
    if problems := [problem for path in sorted(VERSIONS.glob("*.py")) for problem in problems_of(path)]:
        sys.exit("\n".join(problems))
    compare()


def problems_of(path: Path) -> Iterator[str]:
    """What a migration takes away without a word, or with a word that is not true."""
    script = path.read_text(encoding="utf-8")
    revision = REVISION.search(script)
    if revision is None or revision[1].strip("\"'") <= BEFORE_THE_RULE:
        return
    said = CONTRACT.search(script)
    for number, what in taken_away(script):
        if said is None:
            yield (
                f"{path.name}:{number}: {what}, which processes of the release before may not "
                "survive. Do it one release later, and say so there: # contract: unused since X.Y.Z"
            )
    if said and f"\n## [{said[1]}]" not in (ROOT / "CHANGELOG.md").read_text():
        yield f"{path.name}: CHANGELOG.md knows no release {said[1]}: it must be out before this one"


def taken_away(script: str) -> Iterator[tuple[int, str]]:
    """Line and words for each call that drops, renames or narrows, downgrades aside."""
    for statement in ast.parse(script).body:
        if not (isinstance(statement, ast.FunctionDef) and statement.name == "downgrade"):
            for call in (node for node in ast.walk(statement) if isinstance(node, ast.Call)):
                if what := _what(call):
                    yield call.lineno, what


def _what(call: ast.Call) -> str:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if name in TAKES_AWAY or (name == "execute" and IN_SQL.search(ast.unparse(call))):
        return f"{name} takes something away"
    if name == "alter_column" and (NARROWS & given.keys() or _is_false(given.get("nullable"))):
        return "alter_column renames or narrows a column"
    if name == "add_column" and any(map(_must_be_given, ast.walk(call))):
        return "add_column makes a column that must be given and has no server default"
    return ""


def _must_be_given(node: ast.AST) -> bool:
    if not (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "Column"
    ):
        return False
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    return _is_false(given.get("nullable")) and "server_default" not in given


def _is_false(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and value.value is False


def compare() -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = Config(ROOT / "alembic.ini")
        config.set_main_option("sqlalchemy.url", f"sqlite:///{Path(folder) / 'throwaway.db'}")
        config.attributes["ours_alone"] = True
        command.upgrade(config, "head")
        try:
            command.check(config)
        except CommandError as difference:
            sys.exit(f"{difference}\nWrite the missing migration: make migration ABOUT='what changes'")


if __name__ == "__main__":
    main()
