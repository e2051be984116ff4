"""What operators set: typed, in versions, the newest counts, and nothing is ever lost."""

import pytest
from pydantic import ValidationError

from echoes import operator_settings
from echoes.database import Database
from echoes.models import Setting
from echoes.operator_settings import KINDS, Moderation, Prompting, Providers, Rewards
from tests.support.crowds import all_at_once
from tests.support.databases.migrated import ON_SQLITE, Join


@ON_SQLITE
@pytest.mark.parametrize("kind", KINDS)
def test_before_anything_is_set_the_defaults_hold(
    books: Database, kind: type[operator_settings.Configured]
) -> None:
    with books.reading() as session:
        assert operator_settings.read(session, kind) == kind()
        assert operator_settings.history(session, kind) == []


def test_the_newest_version_counts_and_earlier_ones_stay(books: Database, join: Join) -> None:
    author = join("Operator")
    with books.unscoped() as session:
        assert operator_settings.write(session, Rewards(sign_up=2), author, "a gift for December") == 1
        assert operator_settings.write(session, Rewards(sign_up=1), None) == 2
        operator_settings.write(session, Moderation(refunds_per_day=0), author)
    with books.reading() as session:
        assert operator_settings.read(session, Rewards).sign_up == 1
        assert operator_settings.read(session, Moderation).refunds_per_day == 0
        newest, oldest = operator_settings.history(session, Rewards)
        assert (newest.version, oldest.version, oldest.author_id) == (2, 1, author)
        assert (oldest.value["sign_up"], oldest.note) == (2, "a gift for December")


def test_a_person_reads_what_holds(books: Database, join: Join) -> None:
    with books.unscoped() as session:
        operator_settings.write(session, Providers(prices={"runway/gen4": 3}), None)
    with books.reading_as(join()) as session:
        assert operator_settings.read(session, Providers).prices == {"runway/gen4": 3}


@pytest.mark.parametrize(
    "value", [{"sign_up": -1}, {"referral_cap": -1}, {"share": "many"}, {"sign_up": 1.5}], ids=str
)
def test_a_value_that_cannot_be_meant_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Rewards.model_validate(value)


def test_the_framing_says_where_the_motion_goes() -> None:
    with pytest.raises(ValidationError, match="motion"):
        Prompting(template="A treasured family photograph comes gently to life.")


def test_a_version_that_this_release_does_not_fully_know_is_read_as_far_as_it_does(books: Database) -> None:
    """After a release was taken back: what the newer one added is left out, and nothing fails."""
    with books.unscoped() as session:
        session.add(Setting(name="rewards", version=1, value={"sign_up": 4, "from_a_later_release": True}))
        session.flush()
        assert operator_settings.read(session, Rewards) == Rewards(sign_up=4)


def test_a_version_that_cannot_be_read_does_not_stop_everybody(
    books: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with books.unscoped() as session:
        operator_settings.write(session, Rewards(sign_up=4), None)
        session.add(Setting(name="rewards", version=2, value={"sign_up": -3}))
        session.flush()
        assert operator_settings.read(session, Rewards) == Rewards(sign_up=4)
    assert "version 2 of rewards" in caplog.text


def test_two_operators_at_once_write_two_versions(books: Database) -> None:
    def write() -> str:
        with books.unscoped() as session:
            operator_settings.write(session, Rewards(sign_up=2), None)
        return "written"

    assert all_at_once([write] * 8) == {"written": 8}
    with books.reading() as session:
        assert [row.version for row in operator_settings.history(session, Rewards)] == [
            8,
            7,
            6,
            5,
            4,
            3,
            2,
            1,
        ]
