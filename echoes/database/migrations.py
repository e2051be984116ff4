"""Schema migrations (Alembic): the revision that the database stands at, and the one it is to reach.

Read from the migrations' files as text, because a start cannot wait for the import of Alembic.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sqlalchemy as sa

VERSIONS = Path(__file__).resolve().parents[2] / "alembic" / "versions"
VERSION = sa.Table(
    "alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True)
)
"""Alembic's own table. A metadata of its own keeps it out of what our models say."""
REVISIONS = sa.Table(
    "schema_revisions",
    sa.MetaData(),
    sa.Column("revision", sa.String(32), primary_key=True),
    sa.Column("is_contract", sa.Boolean, nullable=False),
)
"""What has been applied, kept by `alembic/env.py`: an Echoes that is older than a migration has no
file of it, and reads here whether it takes something away."""
CONTRACT = re.compile(r"^# contract: unused since (\d+\.\d+\.\d+)\b", re.MULTILINE)
"""How a migration says that it drops, renames or narrows something, and which release no longer uses it."""
REVISION = re.compile(r"^revision\b[^=\n]*=\s*(.+)$", re.MULTILINE)
DOWN_REVISION = re.compile(r"^down_revision\b[^=\n]*=\s*(.+)$", re.MULTILINE)
SENTENCE = re.compile(r'^"""(.+?)\s*(?:"""|\n\n|\Z)', re.DOTALL)
QUOTED = re.compile(r"""["']([^"']+)["']""")


@cache
def our_revisions() -> dict[str, frozenset[str]]:
    """Each revision, with those that it builds upon."""
    scripts = [path.read_text(encoding="utf-8") for path in VERSIONS.glob("*.py")]
    return {name: _named(DOWN_REVISION, script) for script in scripts for name in _named(REVISION, script)}


@dataclass(frozen=True, slots=True)
class PendingMigration:
    """One that the database has not had yet."""

    revision: str
    sentence: str
    """What it does, as the first lines of its file say."""
    is_contract: bool
    """Whether it takes something away that an older Echoes needs."""


def pending(heads: frozenset[str]) -> list[PendingMigration]:
    """What leads from where a database stands to our heads, in order. Empty for a newer database."""
    missing = _led_to(our_heads()) - _led_to(heads & our_revisions().keys())
    ordered: list[str] = []
    while rest := [name for name in sorted(missing) if name not in ordered]:
        ordered += [name for name in rest if not our_revisions()[name] & set(rest)]
    return [PendingMigration(name, _sentence(name), name in our_contracts()) for name in ordered]


def _sentence(revision: str) -> str:
    scripts = (path.read_text(encoding="utf-8") for path in VERSIONS.glob("*.py"))
    script = next(script for script in scripts if revision in _named(REVISION, script))
    found = SENTENCE.match(script)
    return " ".join(found[1].split()) if found else revision


@cache
def our_contracts() -> frozenset[str]:
    """Those that take something away from processes that are older than the release before."""
    scripts = [path.read_text(encoding="utf-8") for path in VERSIONS.glob("*.py")]
    return frozenset(
        name for script in scripts if CONTRACT.search(script) for name in _named(REVISION, script)
    )


def our_heads() -> frozenset[str]:
    revisions = our_revisions()
    return frozenset(revisions).difference(*revisions.values())


def heads_of(connection: sa.Connection) -> frozenset[str]:
    """None for a database that no migration has touched."""
    if not sa.inspect(connection).has_table(VERSION.name):
        return frozenset()
    return frozenset(connection.scalars(sa.select(VERSION.c.version_num)))


def record_revisions(connection: sa.Connection) -> None:
    """After each migration, in its transaction: all that led to where the database stands."""
    applied = _led_to(heads_of(connection))
    REVISIONS.create(connection, checkfirst=True)
    connection.execute(REVISIONS.delete())
    if not applied:
        REVISIONS.drop(connection)
        return
    rows = [{"revision": name, "is_contract": name in our_contracts()} for name in sorted(applied)]
    connection.execute(REVISIONS.insert(), rows)


def is_compatible(connection: sa.Connection, heads: frozenset[str]) -> bool:
    """Whether a newer Echoes has only added to what this one knows, so that both can work on it."""
    if not sa.inspect(connection).has_table(REVISIONS.name):
        return False
    found = connection.execute(sa.select(REVISIONS.c.revision, REVISIONS.c.is_contract))
    applied = {revision: bool(is_contract) for revision, is_contract in found}
    later = applied.keys() - our_revisions().keys()
    return our_heads() | heads <= applied.keys() and not any(applied[name] for name in later)


def _led_to(heads: frozenset[str]) -> frozenset[str]:
    found, ahead = set[str](), set(heads)
    while ahead:
        found |= ahead
        ahead = set[str]().union(*(our_revisions()[name] for name in ahead)) - found
    return frozenset(found)


def _named(line: re.Pattern[str], script: str) -> frozenset[str]:
    found = line.search(script)
    return frozenset(QUOTED.findall(found[1])) if found else frozenset()
