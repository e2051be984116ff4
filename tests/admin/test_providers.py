"""Providers: switched for new takes alone, priced, watched, tried out."""

from datetime import timedelta
from uuid import UUID

import pytest

from echoes import operator_settings
from echoes import providers as installed
from echoes.admin import audit, providers
from echoes.admin.audit import Operator
from echoes.database import Database
from echoes.errors import BadInput
from echoes.models import JobStatus, Take, now
from echoes.operator_settings import Providers
from echoes.providers import get_provider, price_of
from tests.support.databases.rows import add_photo, add_project, add_take
from tests.support.jobs.workflows import enqueued


def test_a_switch_is_for_new_takes_and_is_written_down(
    database: Database, operator: Operator, anna: UUID
) -> None:
    with database.unscoped() as session:
        take = add_take(session, add_photo(session, add_project(session, anna)), JobStatus.RUNNING)
        providers.switch(session, operator, "runway", "gen4.5")
    with database.reading() as session:
        provider, model = installed.active(session)
        assert (provider.name, model.name) == ("runway", "gen4.5")
        assert session.get_one(Take, take.id).provider == "motion"
        assert providers.overview(session)[0].is_active
        assert [line.action for line in audit.entries(session)] == ["set providers"]


@pytest.mark.parametrize(("name", "model"), [("sora", ""), ("runway", "gen1"), ("", "")])
def test_what_is_not_there_cannot_be_chosen(
    database: Database, operator: Operator, name: str, model: str
) -> None:
    with database.unscoped() as session, pytest.raises(BadInput):
        providers.switch(session, operator, name, model)


def test_prices_and_limits_are_set_and_taken_back(database: Database, operator: Operator) -> None:
    values = {"price/gen4_turbo": "3", "concurrency": "4", "daily": "200", "cents": "1.5"}
    with database.unscoped() as session:
        providers.set_terms(session, operator, "runway", values)
        configured = operator_settings.read(session, Providers)
        runway = get_provider("runway")
        assert price_of(session, runway, runway.models[0]) == 3
        assert (configured.concurrency, configured.daily_limits) == ({"runway": 4}, {"runway": 200})
        assert configured.cents_per_credit == {"runway": 1.5}
        providers.set_terms(session, operator, "runway", values | {"daily": "300"})
        emptied = dict.fromkeys(("price/gen4_turbo", "concurrency", "daily"), "")
        providers.set_terms(session, operator, "runway", emptied)
        configured = operator_settings.read(session, Providers)
    assert (configured.prices, configured.concurrency, configured.daily_limits) == ({}, {}, {})
    assert configured.cents_per_credit == {"runway": 1.5}


def test_what_is_not_set_stays_as_it_is(database: Database, operator: Operator) -> None:
    with database.unscoped() as session:
        operator_settings.write(session, Providers(prices={"runway": 7, "motion": 1}), None)
        providers.set_terms(session, operator, "runway", {"price/gen4.5": "9"})
        providers.set_terms(session, operator, "runway", {"daily": "5"})
        configured, runway = operator_settings.read(session, Providers), get_provider("runway")
        prices = {model.name: price_of(session, runway, model) for model in runway.models}
    assert prices == {model.name: 9 if model.name == "gen4.5" else 7 for model in runway.models}
    assert (configured.prices["motion"], configured.daily_limits) == (1, {"runway": 5})


@pytest.mark.parametrize(
    "wrong",
    [
        {"price/gen4_turbo": "-1"},
        {"concurrency": "many"},
        {"daily": "9" * 9},
        {"cents": "cheap"},
        {"cents": "-1"},
        {"cents": "nan"},
        {"cents": "inf"},
    ],
)
def test_terms_that_cannot_be_are_refused(
    database: Database, operator: Operator, wrong: dict[str, str]
) -> None:
    with database.unscoped() as session, pytest.raises(BadInput):
        providers.set_terms(session, operator, "runway", wrong)


def test_health_is_that_of_the_last_hour(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        photo = add_photo(session, add_project(session, anna))
        for status, minutes in ((JobStatus.SUCCEEDED, 5), (JobStatus.SUCCEEDED, 90), (JobStatus.FAILED, 1)):
            take = add_take(session, photo, status)
            take.ended_at = now() - timedelta(minutes=minutes)
            take.started_at = take.ended_at - timedelta(seconds=40)
    with database.reading() as session:
        (motion,) = [one for one in providers.overview(session) if one.provider.name == "motion"]
    assert (motion.health.made, motion.health.failed, motion.health.median_seconds) == (1, 1, 40.0)


def test_a_try_is_a_take_of_a_sample_at_our_expense(database: Database, operator: Operator) -> None:
    with database.unscoped() as session:
        first = providers.try_out(session, operator, "runway", "gen4_turbo")
        second = providers.try_out(session, operator, "motion", "")
    with database.reading() as session:
        take, other = session.get_one(Take, first), session.get_one(Take, second)
    assert (take.owner_id, take.provider, take.price) == (operator.id, "runway", 0)
    assert take.prompt
    assert take.clip_id == other.clip_id
    assert enqueued() == [f"generate_take:{first}", f"generate_take:{second}"]


def test_a_provider_that_is_gone_or_broken_can_be_switched_from(
    database: Database, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that made clips was uninstalled, and another one's package does not load."""

    def names() -> list[str]:
        return [*installed.BUILT_IN, "broken"]

    monkeypatch.setattr(installed, "installed", names)
    monkeypatch.setitem(installed.BUILT_IN, "broken", "echoes.no_such_module:Provider")
    with database.unscoped() as session:
        operator_settings.write(session, Providers(active="gone"), None)
        known = providers.overview(session)
        assert [one.provider.name for one in known if one.is_active] == []
        assert {"motion", "runway"} < {one.provider.name for one in known}
        with pytest.raises(BadInput, match="cannot be used"):
            providers.switch(session, operator, "broken", "")
        providers.switch(session, operator, "motion", "")
        assert installed.active(session)[0].name == "motion"
