"""Several machines sign by one authority, which the database keeps and nobody can read there."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import select

from echoes.content_credentials import shared_authority, signer
from echoes.content_credentials.signer import AUTHORITY, FOLDER, SIGNER, signing_credential, trusted_pem
from echoes.database import Database
from echoes.models import Setting
from echoes.settings import Settings

KEY, ANOTHER = "JwH0vkq2fD1bGm9sPzX5cT7yRn4eLa8u", "a" * 40


def machine(folder: Path, key: str = KEY) -> Settings:
    """One of several, on PostgreSQL as far as its settings go."""
    return Settings(data_dir=folder, database_url="postgresql://db/echoes", secret_key=SecretStr(key))


def authority_of(settings: Settings) -> bytes:
    return (settings.data_dir / FOLDER / AUTHORITY).read_bytes()


def alone(settings: Settings) -> Settings:
    """The same machine, as the only one."""
    return settings.model_copy(update={"database_url": f"sqlite:///{settings.data_dir}/echoes.db"})


@pytest.fixture
def one(database: Database, tmp_path: Path) -> Settings:
    return machine(tmp_path / "one")


@pytest.fixture
def two(database: Database, tmp_path: Path) -> Settings:
    return machine(tmp_path / "two")


def test_machines_have_one_authority_and_signers_of_their_own(one: Settings, two: Settings) -> None:
    first, second = signing_credential(one), signing_credential(two)
    assert authority_of(one) == authority_of(two)
    assert first.leaf != second.leaf
    assert first.chain[-1] == second.chain[-1]
    assert signing_credential(one).leaf == first.leaf, "made once"


def test_a_machine_that_signs_nothing_knows_what_the_others_sign(one: Settings, two: Settings) -> None:
    assert trusted_pem(two) == b""
    signing_credential(one)
    assert trusted_pem(two) == trusted_pem(one) != b""
    assert b"PRIVATE KEY" not in trusted_pem(two)
    assert not two.data_dir.exists(), "who only verifies writes no key: it might be another account"


def test_of_two_that_begin_together_the_first_is_shared(
    one: Settings, two: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    signing_credential(one)
    looked = iter([[], shared_authority._versions()])
    monkeypatch.setattr(shared_authority, "_versions", lambda: next(looked))
    signing_credential(two)
    assert authority_of(two) == authority_of(one)


def test_the_database_does_not_tell_it(one: Settings, database: Database) -> None:
    signing_credential(one)
    with database.reading() as session:
        (row,) = session.exec(select(Setting)).all()
    assert b"PRIVATE KEY" in authority_of(one)
    assert "PRIVATE" not in str(row.value)
    assert (one.data_dir / FOLDER / AUTHORITY).stat().st_mode & 0o077 == 0


def test_an_authority_from_before_is_shared_and_another_ones_films_stay_ours(
    one: Settings, two: Settings
) -> None:
    for settings in (one, two):  # As each machine made them when there was one for each.
        signing_credential(alone(settings))
    kept, given_up = authority_of(one), trusted_pem(alone(two))
    signer_before = (two.data_dir / FOLDER / SIGNER).read_bytes()
    signing_credential(one)
    signing_credential(two)
    assert authority_of(one) == authority_of(two) == kept
    assert (two.data_dir / FOLDER / SIGNER).read_bytes() != signer_before
    assert given_up in trusted_pem(two)


def test_after_another_secret_a_machines_copy_is_shared_again(one: Settings, tmp_path: Path) -> None:
    signing_credential(one)
    same = authority_of(one)
    signing_credential(machine(one.data_dir, ANOTHER))
    new = machine(tmp_path / "new", ANOTHER)
    signing_credential(new)
    assert authority_of(new) == same
    assert signer.has_own(new)


def test_while_a_new_secret_reaches_the_machines_none_undoes_what_another_shared(
    one: Settings, two: Settings, database: Database
) -> None:
    for settings in (one, machine(two.data_dir, ANOTHER), one, machine(two.data_dir, ANOTHER)):
        signing_credential(settings)
    with database.reading() as session:
        assert len(session.exec(select(Setting)).all()) == 2, "one for each secret"
