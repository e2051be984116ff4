"""Schema migrations (Alembic): the revision that the database stands at, and the one it is to reach.

Read from the migrations' files as text, because a start cannot wait for the import of Alembic.
"""

import re
from functools import cache
from pathlib import Path

import sqlalchemy as sa

VERSIONS = Path(__file__).resolve().parents[2] / "alembic" / "versions"
VERSION = sa.Table(
    "alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True)
)
"""Alembic's own table. A metadata of its own keeps it out of what our models say."""
REVISION = re.compile(r"^revision\b[^=\n]*=\s*(.+)$", re.MULTILINE)
DOWN_REVISION = re.compile(r"^down_revision\b[^=\n]*=\s*(.+)$", re.MULTILINE)
QUOTED = re.compile(r"""["']([^"']+)["']""")


@cache
def our_revisions() -> dict[str, frozenset[str]]:
    """Each revision, with those that it builds upon."""
    scripts = [path.read_text(encoding="utf-8") for path in VERSIONS.glob("*.py")]
    return {name: _named(DOWN_REVISION, script) for script in scripts for name in _named(REVISION, script)}


def our_heads() -> frozenset[str]:
    revisions = our_revisions()
    return frozenset(revisions).difference(*revisions.values())


def heads_of(connection: sa.Connection) -> frozenset[str]:
    """None for a database that no migration has touched."""
    if not sa.inspect(connection).has_table(VERSION.name):
        return frozenset()
    return frozenset(connection.scalars(sa.select(VERSION.c.version_num)))


def _named(line: re.Pattern[str], script: str) -> frozenset[str]:
    found = line.search(script)
    return frozenset(QUOTED.findall(found[1])) if found else frozenset()
