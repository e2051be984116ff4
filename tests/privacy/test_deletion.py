"""Account deletion: a week to come back, and then nothing of the person is left, on both databases."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, col, func, select

from echoes.accounts import service
from echoes.credits import ledger
from echoes.credits.payments.orders import Payment, PaymentOutcome, one_at_a_time, settle
from echoes.credits.payments.webhook import ERASED
from echoes.database import Database
from echoes.errors import BadInput, NotSignedIn
from echoes.jobs.requests import prepare_engine_tables
from echoes.models import (
    AuditEntry,
    CreditEntry,
    EntryKind,
    JobEvent,
    JobStatus,
    Order,
    OrderState,
    Project,
    Take,
    User,
    WebhookEvent,
    new_id,
    now,
)
from echoes.privacy import deletion
from echoes.storage import get_storage
from echoes.takes.cancellation import CancelledSubmission
from echoes.takes.generation import provider_cancellation
from tests.clips.test_two_tabs import somebody_waits
from tests.privacy.full_account import Somebody, move_in
from tests.support.jobs.making import stored_files
from tests.support.jobs.workflows import said_to
from tests.support.processes import PATIENCE, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def migrated(books: Database) -> Database:
    """As an operator would have it, with the triggers that guard the ledger."""
    return books


@pytest.fixture
def anna(migrated: Database, tmp_path: Path) -> Somebody:
    return move_in(migrated, tmp_path, "anna")


@pytest.fixture
def paul(migrated: Database, tmp_path: Path) -> Somebody:
    return move_in(migrated, tmp_path, "paul")


def ask(database: Database, somebody: Somebody, typed: str = deletion.CONFIRMATION) -> None:
    with database.acting_as(somebody.id) as session:
        deletion.request_deletion(session, typed)


def deletes_at(database: Database, somebody: Somebody) -> Any:
    with database.reading() as session:
        return session.exec(select(User.deletes_at).where(col(User.id) == somebody.id)).one()


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of ours."""
    with database.reading() as session:
        return {
            table.name: [dict(row) for row in session.execute(sa.select(table)).mappings()]
            for table in SQLModel.metadata.sorted_tables
        }


def test_it_takes_the_words_and_nothing_less(migrated: Database, anna: Somebody) -> None:
    for typed in ("", "delete", "DELETE MY ACCOUNTS", "yes"):
        with pytest.raises(BadInput, match="delete my account"):
            ask(migrated, anna, typed)
    assert deletes_at(migrated, anna) is None
    ask(migrated, anna, "  Delete my  Account ")
    assert timedelta(days=6, hours=23) < deletes_at(migrated, anna) - now() <= timedelta(days=7)


def test_within_the_week_everything_is_there_and_can_be_kept(migrated: Database, anna: Somebody) -> None:
    ask(migrated, anna)
    before = everything(migrated)
    assert deletion.delete_due(now() + timedelta(days=6)) == 0
    assert everything(migrated) == before
    assert stored_files() == set(anna.keys)
    assert service.authenticate(anna.token) == anna.id
    with migrated.acting_as(anna.id) as session:
        deletion.cancel_deletion(session)
    assert deletion.delete_due(now() + timedelta(days=60)) == 0
    assert deletes_at(migrated, anna) is None


def test_asking_again_does_not_put_it_off(migrated: Database, anna: Somebody) -> None:
    ask(migrated, anna)
    first = deletes_at(migrated, anna)
    ask(migrated, anna)
    assert deletes_at(migrated, anna) == first


def test_then_nothing_of_the_person_is_left(migrated: Database, anna: Somebody, paul: Somebody) -> None:
    ask(migrated, anna)
    assert deletion.delete_due(now() + timedelta(days=8)) == 1
    for name, rows in everything(migrated).items():
        for row in rows:
            for told in (str(anna.id), anna.id.hex, "anna"):
                assert told not in repr(row), f"{name} still tells of her"
    assert stored_files() == set(paul.keys)
    assert not anna.upload.exists()
    assert not anna.cache.exists()
    with pytest.raises(NotSignedIn):
        service.authenticate(anna.token)


def test_others_keep_all_they_have(migrated: Database, anna: Somebody, paul: Somebody) -> None:
    def of_paul() -> dict[str, list[dict[str, Any]]]:
        return {
            name: [row for row in rows if paul.id in row.values() or "paul" in repr(row)]
            for name, rows in everything(migrated).items()
        }

    before = of_paul()
    ask(migrated, anna)
    deletion.delete_due(now() + timedelta(days=8))
    assert of_paul() == before
    assert paul.upload.exists()
    assert paul.cache.exists()
    for key in paul.keys:
        with get_storage().local_path(key) as path:
            assert path.read_bytes()


def test_the_books_stay_without_a_name(migrated: Database, anna: Somebody) -> None:
    ask(migrated, anna)
    deletion.delete_due(now() + timedelta(days=8))
    with migrated.reading() as session:
        entries = session.exec(select(CreditEntry).order_by(col(CreditEntry.id))).all()
        (order,) = session.exec(select(Order)).all()
        (event,) = session.exec(select(WebhookEvent)).all()
        differences = ledger.differences(session)
    assert [(entry.owner_id, entry.amount, entry.note) for entry in entries] == [
        (None, 5, ""),
        (None, -2, ""),
    ]
    assert (order.owner_id, order.price_cents, order.receipt_url) == (None, 1500, None)
    assert event.payload == ERASED
    assert differences == []


def test_the_ledger_lets_words_go_and_no_others_come(migrated: Database, anna: Somebody) -> None:
    """The note may become empty as its owner goes; nothing else, and not by itself."""
    entries = sa.table("credit_entries", sa.column("note"), sa.column("owner_id"), sa.column("amount"))
    for change in ({"note": ""}, {"note": "forged", "owner_id": None}, {"amount": 9, "owner_id": None}):
        with pytest.raises(sa.exc.DBAPIError, match="never changed"), migrated.unscoped() as session:
            session.execute(sa.update(entries).values(**change))


def test_one_that_cannot_be_deleted_keeps_no_other_waiting(
    migrated: Database, anna: Somebody, paul: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    for somebody in (anna, paul):
        ask(migrated, somebody)
    real = deletion._personal_files

    def fail_for_anna(session: Any, user_id: Any) -> Any:
        if user_id == anna.id:
            raise RuntimeError("the disk is on fire")
        return real(session, user_id)

    monkeypatch.setattr(deletion, "_personal_files", fail_for_anna)
    assert deletion.delete_due(now() + timedelta(days=8)) == 1
    with migrated.reading() as session:
        assert session.exec(select(func.count()).select_from(User)).one() == 1
    monkeypatch.undo()


def test_what_operators_wrote_down_goes_and_that_they_did_it_stays(
    migrated: Database, anna: Somebody, paul: Somebody
) -> None:
    with migrated.unscoped() as session:
        take_id = session.exec(select(Take.id).where(col(Take.owner_id) == anna.id)).one()
        gone_id = new_id()
        session.add(JobEvent(owner_id=anna.id, subject_id=gone_id, message="made, and deleted since"))
        for subject_id in (anna.id, take_id, gone_id, paul.id):
            noted: dict[str, Any] = {"before": {"name": "them"}, "after": {"name": "them"}, "reason": "asked"}
            session.add(AuditEntry(actor_name="Boss", action="looked", subject_id=subject_id, **noted))
    ask(migrated, anna)
    deletion.delete_due(now() + timedelta(days=8))
    with migrated.reading() as session:
        entries = session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
    assert [entry.action for entry in entries] == ["looked"] * 4
    assert [(entry.before, entry.after, entry.reason) for entry in entries[:3]] == [({}, {}, "")] * 3
    assert (entries[3].before, entries[3].reason) == ({"name": "them"}, "asked")


def test_what_nobody_can_read_any_more_is_not_waited_for(migrated: Database, anna: Somebody) -> None:
    with migrated.reading() as session:
        events = session.exec(select(WebhookEvent)).all()
    assert [event.handled_at for event in events] == [None]
    ask(migrated, anna)
    deletion.delete_due(now() + timedelta(days=8))
    with migrated.reading() as session:
        (event,) = session.exec(select(WebhookEvent)).all()
    assert event.handled_at is not None


@pytest.mark.parametrize("is_charged", [False, True], ids=["free", "charged"])
def test_a_take_under_way_is_called_off_and_its_answer_finds_nobody(
    migrated: Database, anna: Somebody, is_charged: bool
) -> None:
    """The provider answers when the account is gone: nobody is paid back, and nothing breaks."""
    prepare_engine_tables()
    with migrated.unscoped() as session:
        take = session.exec(select(Take).where(col(Take.owner_id) == anna.id)).one()
        take.status, take.provider, take.raw_key, take.price = JobStatus.RUNNING, "runway", None, 2
        take.submitted_at, take.provider_job_id = now(), "job-1"
    ask(migrated, anna)
    assert deletion.delete_due(now() + timedelta(days=8)) == 1
    asked = CancelledSubmission(str(take.id), str(anna.id), "runway", "job-1", 2).to_text()
    assert said_to(f"cancel_take:{take.id}") == asked
    for _ in range(2):
        with migrated.unscoped() as session:
            answer = provider_cancellation.CancellationAnswer(is_charged=is_charged, cause="")
            assert provider_cancellation.settle(session, asked, answer) is False
    with migrated.reading() as session:
        assert ledger.differences(session) == []
        assert session.exec(select(func.count()).where(col(CreditEntry.kind) == EntryKind.REFUND)).one() == 0


@pytest.mark.postgres
def test_a_payment_that_is_being_settled_and_a_deletion_do_not_wait_for_each_other(
    postgres_database: Database, tmp_path: Path
) -> None:
    anna = move_in(postgres_database, tmp_path, "anna")
    ask(postgres_database, anna)
    deleted: list[int] = []
    leaving = threading.Thread(target=lambda: deleted.append(deletion.delete_due(now() + timedelta(days=8))))
    with postgres_database.unscoped() as session:
        order = session.exec(select(Order)).one()
        one_at_a_time(session)
        session.get_one(Order, order.id, with_for_update=True)
        leaving.start()
        wait_for(lambda: somebody_waits(postgres_database), "the deletion to wait")
        settle(session, order.id, Payment(PaymentOutcome.PAID))
    leaving.join(timeout=PATIENCE)
    assert deleted == [1]
    with postgres_database.reading() as session:
        assert session.exec(select(Order.state)).one() == OrderState.PAID


@pytest.mark.postgres
def test_a_take_that_is_being_paid_back_and_a_deletion_do_not_wait_for_each_other(
    postgres_database: Database, tmp_path: Path
) -> None:
    anna = move_in(postgres_database, tmp_path, "anna")
    ask(postgres_database, anna)
    deleted: list[int] = []
    leaving = threading.Thread(target=lambda: deleted.append(deletion.delete_due(now() + timedelta(days=8))))
    with postgres_database.unscoped() as session:
        session.get_one(Project, anna.project_id, with_for_update=True)
        leaving.start()
        wait_for(lambda: somebody_waits(postgres_database), "the deletion to wait")
        ledger.lock(session, anna.id)
    leaving.join(timeout=PATIENCE)
    assert deleted == [1]
