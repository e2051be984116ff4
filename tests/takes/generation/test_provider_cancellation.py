"""Cancellation at a provider that breaks, is silent, or was told before."""

from uuid import UUID

import pytest

from echoes.clips import service
from echoes.credits import refunds
from echoes.database import Database
from echoes.models import Photo, Project
from echoes.takes import cancellation
from echoes.takes.generation import provider_cancellation
from tests.support.jobs.making import Script, events_of, requested_take
from tests.support.jobs.workflows import said_to
from tests.takes.money import ordered, refunded, tell

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_pauses")]


async def test_a_provider_that_breaks_when_it_is_loaded_keeps_nobody_from_stopping(
    database: Database,
    photos: list[Photo],
    script: Script,
    anna: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waiting, under_way = (requested_take(database, photo) for photo in photos)
    ordered(database, under_way)

    def broken(_name: str) -> None:
        raise ModuleNotFoundError("a library of a third party is missing")

    monkeypatch.setattr(cancellation, "get_provider", broken)
    monkeypatch.setattr(provider_cancellation, "get_provider", broken)
    for take in (waiting, under_way):
        with database.acting_as(anna) as session:
            service.cancel(session, take.id)
    await tell(under_way)
    for take in (waiting, under_way):
        assert refunded(database, take) == [refunds.NOTE_OF_STOPPED]
    assert "third party is missing" in events_of(under_way)[-1].data["cause"]


async def test_a_provider_that_does_not_answer_is_told_again(
    database: Database,
    photos: list[Photo],
    script: Script,
    anna: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(provider_cancellation, "ANSWERING", 0.05)
    monkeypatch.setattr(provider_cancellation, "TELLINGS", 2)
    take = requested_take(database, photos[0])
    ordered(database, take)
    (script.folder / "cancelling").write_text('"silent"')
    with database.acting_as(anna) as session:
        service.cancel(session, take.id)
    await tell(take)
    assert script.calls() == ["cancel", "cancel"]
    assert refunded(database, take) == [refunds.NOTE_OF_STOPPED]
    assert events_of(take)[-1].data["cause"] == "no answer within 0.05 s"


async def test_what_is_settled_does_not_stir_open_pages_again(
    database: Database, photos: list[Photo], script: Script, anna: UUID
) -> None:
    take = requested_take(database, photos[0])
    ordered(database, take)
    with database.acting_as(anna) as session:
        service.cancel(session, take.id)
    subject = said_to(f"cancel_take:{take.id}")
    revisions = []
    for _ in range(3):
        with database.unscoped() as session:
            provider_cancellation.settle(session, subject, provider_cancellation.UNANSWERED)
        with database.reading() as session:
            revisions.append(session.get_one(Project, photos[0].project_id).revision)
    assert len(set(revisions)) == 1
    assert [event.message for event in events_of(take)].count("called off") == 1
