"""Migrations take nothing away from processes of the release before."""

from pathlib import Path

import pytest

from echoes.database.migrations import VERSIONS
from scripts.check_migrations import problems_of

HEAD = '"""x"""\nimport sqlalchemy as sa\nfrom alembic import op\nrevision: str = "9000"\n'
SAID = "# contract: unused since 0.2.0, when clips got titles\n"
TAKES_AWAY = {
    "drops-a-column": 'op.drop_column("clips", "name")',
    "drops-in-a-batch": 'with op.batch_alter_table("clips") as batch:\n        batch.drop_column("name")',
    "drops-a-table": 'op.drop_table("clips")',
    "renames-a-table": 'op.rename_table("clips", "shots")',
    "renames-a-column": 'op.alter_column("clips", "name", new_column_name="title")',
    "changes-a-type": 'op.alter_column("clips", "name", type_=sa.Integer())',
    "must-not-be-null": 'op.alter_column("clips", "name", nullable=False)',
    "must-be-given": 'op.add_column("clips", sa.Column("name", sa.String(), nullable=False))',
    "in-sql": 'op.execute("ALTER TABLE clips RENAME COLUMN name TO title")',
}
ADDS = {
    "with-a-default": 'op.add_column("clips", sa.Column("n", sa.Uuid(), nullable=False, server_default="0"))',
    "may-be-null": 'op.add_column("clips", sa.Column("n", sa.Integer(), nullable=True))',
    "a-table": 'op.create_table("titles", sa.Column("id", sa.Uuid(), nullable=False))',
    "a-trigger-anew": 'op.execute("DROP TRIGGER notify")',
}


def written(folder: Path, upgrade: str, said: str = "", downgrade: str = "pass") -> Path:
    path = folder / "20990101_9000_x.py"
    path.write_text(f"{HEAD}{said}\ndef upgrade():\n    {upgrade}\n\ndef downgrade():\n    {downgrade}\n")
    return path


@pytest.mark.parametrize("upgrade", TAKES_AWAY.values(), ids=TAKES_AWAY.keys())
def test_what_takes_something_away_must_say_since_when_nobody_uses_it(tmp_path: Path, upgrade: str) -> None:
    (problem,) = problems_of(written(tmp_path, upgrade))
    assert "release before" in problem
    assert list(problems_of(written(tmp_path, upgrade, SAID))) == []


@pytest.mark.parametrize("upgrade", ADDS.values(), ids=ADDS.keys())
def test_what_adds_needs_no_word(tmp_path: Path, upgrade: str) -> None:
    assert list(problems_of(written(tmp_path, upgrade, downgrade='op.drop_table("clips")'))) == []


def test_the_release_that_is_named_must_be_out(tmp_path: Path) -> None:
    said = "# contract: unused since 99.0.0\n"
    (problem,) = problems_of(written(tmp_path, 'op.drop_table("clips")', said))
    assert "CHANGELOG.md knows no release 99.0.0" in problem


def test_ours_keep_the_rule() -> None:
    assert [problem for path in VERSIONS.glob("*.py") for problem in problems_of(path)] == []
