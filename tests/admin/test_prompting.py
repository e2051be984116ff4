"""The framing of prompts: seen as a provider would get it, kept in versions, compared word by word."""

import pytest

from echoes.admin import pricing, prompting, providers
from echoes.admin.audit import Operator
from echoes.database import Database
from echoes.errors import BadInput
from echoes.operator_settings import Prompting
from echoes.providers import active
from echoes.takes.prompts import check_motion, compose


def test_what_would_be_sent_is_shown_for_each_provider_that_takes_words(database: Database) -> None:
    with database.reading() as session:
        samples = prompting.preview(session, "A photograph. {motion} Softly.", "gentle_smile", "")
    assert len(samples) >= 2
    assert all("smile" in sample.prompt and sample.prompt.endswith("Softly.") for sample in samples)


def test_own_words_take_the_place_of_the_motion(database: Database) -> None:
    with database.reading() as session:
        samples = prompting.preview(session, "A photograph. {motion}", "", "grandmother waves")
    assert all("grandmother waves." in sample.prompt for sample in samples)


def test_it_is_what_the_model_in_use_is_sent(database: Database, operator: Operator) -> None:
    with database.unscoped() as session:
        providers.switch(session, operator, "runway", "gen4.5")
        prompting.save(session, operator, "A photograph. {motion}", "")
        _, model = active(session)
        (first, *others) = prompting.preview(session, "A photograph. {motion}", "", " She waves ")
        assert first.prompt == compose(session, model, *check_motion(model, "", " She waves "))
    assert first.model.endswith(model.title)
    assert not any("Runway" in sample.model for sample in others)


@pytest.mark.parametrize("wish", ["x" * 301, "she\x00waves"])
def test_words_that_nobody_may_send_are_not_shown_as_sent(database: Database, wish: str) -> None:
    with database.reading() as session, pytest.raises(BadInput):
        prompting.preview(session, "A photograph. {motion}", "gentle_smile", wish)


@pytest.mark.parametrize("template", ["", "  ", "no place", "{motion} and {motion}", "x" * 2001 + "{motion}"])
def test_a_prompt_without_its_one_place_is_refused(
    database: Database, operator: Operator, template: str
) -> None:
    with database.unscoped() as session, pytest.raises(BadInput):
        prompting.save(session, operator, template, "")
    with database.reading() as session, pytest.raises(BadInput):
        prompting.preview(session, template, "gentle_smile", "")


def test_versions_say_who_and_when(database: Database, operator: Operator) -> None:
    with database.unscoped() as session:
        prompting.save(session, operator, "First.  {motion}", "shorter")
        prompting.save(session, operator, "Second. {motion}", "")
    with database.reading() as session:
        second, first = pricing.versions(session, Prompting)
        assert prompting.current(session) == prompting.template_of(second) == "Second. {motion}"
    assert (first.number, prompting.template_of(first), first.note, first.author) == (
        1,
        "First. {motion}",
        "shorter",
        "Olga",
    )


def test_two_versions_are_compared_by_words() -> None:
    parts = prompting.compare("slow natural motion {motion}", "slow and small motion {motion} always")
    assert parts == [
        ("same", "slow"),
        ("gone", "natural"),
        ("new", "and small"),
        ("same", "motion {motion}"),
        ("new", "always"),
    ]
