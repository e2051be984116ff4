"""Resuming uploads: what breaks off goes on where it was, and comes out whole and once."""

import errno
import os
import resource
import threading
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from echoes.database import Database
from echoes.models import Photo, Project
from echoes.photos import decode_queue, processing
from echoes.settings import get_settings
from echoes.uploads import receiving
from tests.support.processes import wait_for
from tests.uploads.client import Uploader, sentence

pytestmark = pytest.mark.slow

FIRST_PIECE = receiving.AT_A_TIME


def photos(database: Database) -> list[Photo]:
    with database.unscoped() as session:
        return list(session.exec(select(Photo)))


def incoming_files() -> list[str]:
    return [path.name for path in get_settings().incoming_dir.iterdir()]


def test_in_one_piece(owner: Uploader, project: Project, database: Database, photograph: bytes) -> None:
    path = owner.begun(project.id, len(photograph), "Omas Garten.jpg")
    answer = owner.append(path, 0, photograph)
    (photo,) = photos(database)
    assert (answer.status_code, answer.json()["photo_id"]) == (200, str(photo.id))
    assert answer.headers["upload-offset"] == str(len(photograph))
    assert (photo.filename, photo.width, photo.height) == ("Omas Garten.jpg", 1000, 800)
    assert incoming_files() == []


def test_in_many_pieces(owner: Uploader, project: Project, database: Database, photograph: bytes) -> None:
    path, offset = owner.begun(project.id, len(photograph)), 0
    while offset < len(photograph):
        answer = owner.append(path, offset, photograph[offset : offset + 300_000])
        offset = int(answer.headers["upload-offset"])
    assert answer.status_code == 200
    assert len(photos(database)) == 1


def test_a_piece_says_how_far_it_came(owner: Uploader, project: Project, photograph: bytes) -> None:
    path = owner.begun(project.id, len(photograph))
    answer = owner.append(path, 0, photograph[:1000])
    assert (answer.status_code, answer.headers["upload-offset"], answer.content) == (204, "1000", b"")
    assert owner.offset(path) == 1000


def test_a_piece_at_the_wrong_place_changes_nothing(
    owner: Uploader, project: Project, photograph: bytes
) -> None:
    path = owner.begun(project.id, len(photograph))
    owner.append(path, 0, photograph[:1000])
    for offset in (0, 999, 1001, len(photograph)):
        assert owner.append(path, offset, b"x" * 100).status_code == 409
    assert owner.offset(path) == 1000


def test_a_lost_connection_keeps_what_came(
    owner: Uploader, project: Project, database: Database, photograph: bytes
) -> None:
    path = owner.begun(project.id, len(photograph))
    with owner.broken_connection(path, 0, len(photograph), photograph[:-5000]):
        wait_for(lambda: owner.offset(path) >= FIRST_PIECE, "the first piece to be kept")
    wait_for(lambda: owner.offset(path) == len(photograph) - 5000, "all that came to be kept")
    assert owner.append(path, len(photograph) - 5000, photograph[-5000:]).status_code == 200
    assert len(photos(database)) == 1


def test_two_at_once_are_one_and_a_refusal(owner: Uploader, project: Project, photograph: bytes) -> None:
    path = owner.begun(project.id, len(photograph))
    with owner.broken_connection(path, 0, len(photograph), photograph[: FIRST_PIECE + 10]):
        wait_for(lambda: owner.offset(path) >= FIRST_PIECE, "the first piece to be kept")
        second = owner.append(path, FIRST_PIECE, photograph[FIRST_PIECE:])
        assert second.status_code == 423
        assert "already on its way" in sentence(second)


def test_a_connection_that_says_nothing_gives_way(
    owner: Uploader,
    project: Project,
    database: Database,
    photograph: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(receiving, "RECEIVE_TIMEOUT", 0.3)
    path = owner.begun(project.id, len(photograph))
    with owner.broken_connection(path, 0, len(photograph), photograph[: FIRST_PIECE + 10]):
        wait_for(lambda: owner.offset(path) == FIRST_PIECE + 10, "all that came to be kept")
        wait_for(
            lambda: owner.append(path, FIRST_PIECE + 10, photograph[FIRST_PIECE + 10 :]).status_code == 200,
            "the silent connection to give way",
        )
    assert len(photos(database)) == 1


def test_the_last_piece_sent_by_many_at_once_is_one_photo(
    owner: Uploader, project: Project, database: Database, photograph: bytes
) -> None:
    path = owner.begun(project.id, len(photograph))
    owner.append(path, 0, photograph[:-10])
    codes: list[int] = []

    def send() -> None:
        codes.append(owner.append(path, len(photograph) - 10, photograph[-10:]).status_code)

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count(200) == 1
    assert set(codes) <= {200, 409, 423}
    assert len(photos(database)) == 1


def test_when_the_answer_was_lost_it_can_be_asked_for(
    owner: Uploader, project: Project, database: Database, photograph: bytes
) -> None:
    path = owner.begun(project.id, len(photograph))
    owner.append(path, 0, photograph)
    (photo,) = photos(database)
    assert owner.offset(path) == len(photograph)
    said = {"offset": len(photograph), "length": len(photograph), "photo_id": str(photo.id)}
    assert owner.request("GET", path).json() == said
    again = owner.append(path, len(photograph), b"")
    assert (again.status_code, again.json()) == (200, said)
    assert len(photos(database)) == 1
    assert incoming_files() == []


def test_a_fault_of_ours_loses_nothing(
    owner: Uploader, project: Project, database: Database, photograph: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = owner.begun(project.id, len(photograph))
    with monkeypatch.context() as broken:
        broken.setattr(processing, "SANDBOX", "no.such.module")
        answer = owner.append(path, 0, photograph)
    assert answer.status_code == 500
    assert sentence(answer).startswith("Something went wrong on our side. Nothing is lost")
    assert owner.offset(path) == len(photograph) - 1, "the last byte counts when the photo is in"
    assert owner.append(path, len(photograph) - 1, photograph[-1:]).status_code == 200
    assert len(photos(database)) == 1


def test_a_full_disk_is_said_in_words_and_the_upload_goes_on_later(
    owner: Uploader, project: Project, database: Database, photograph: bytes
) -> None:
    """The kernel refuses to write more than two megabytes into one file, as a full disk or a quota would."""
    content = photograph + bytes(3 * 1024 * 1024)  # After its end mark, a JPEG may hold anything.
    room, before = 2 * 1024 * 1024, resource.getrlimit(resource.RLIMIT_FSIZE)
    path = owner.begun(project.id, len(content))
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        answer = owner.append(path, 0, content)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert answer.status_code == 507
    assert sentence(answer).startswith("There is no room left for this.")
    assert owner.offset(path) == room
    assert owner.append(path, room, content[room:]).status_code == 200
    assert len(photos(database)) == 1


def test_a_full_disk_while_developing_too(
    owner: Uploader, project: Project, database: Database, photograph: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = owner.begun(project.id, len(photograph))
    with monkeypatch.context() as full:
        full.setattr(
            processing, "_run_sandboxed", lambda _: {"errno": 28, "cause": "No space left on device"}
        )
        answer = owner.append(path, 0, photograph)
    assert answer.status_code == 507
    assert owner.append(path, owner.offset(path), photograph[-1:]).status_code == 200
    assert len(photos(database)) == 1


READ_ONLY = "We cannot store anything right now. What you have is safe; please try again later."


def test_a_read_only_folder_is_said_in_words_and_the_upload_goes_on_later(
    owner: Uploader, project: Project, database: Database, photograph: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is root may write anywhere: so the kernel's answer is given in its place."""
    path = owner.begun(project.id, len(photograph))
    owner.append(path, 0, photograph[:1000])

    def denied(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as read_only:
        read_only.setattr(os, "pwrite", denied)
        answer = owner.append(path, 1000, photograph[1000:])
    assert (answer.status_code, sentence(answer)) == (507, READ_ONLY)
    assert owner.offset(path) == 1000
    with monkeypatch.context() as read_only:
        read_only.setattr("echoes.storage.local._move", denied)
        assert owner.append(path, 1000, photograph[1000:]).status_code == 507
    assert owner.append(path, owner.offset(path), photograph[-1:]).status_code == 200
    assert len(photos(database)) == 1


def test_a_read_only_database_too(
    owner: Uploader, project: Project, database: Database, photograph: bytes
) -> None:
    @sa.event.listens_for(database.engine, "begin")
    def only_look(connection: sa.Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only = ON")

    answer = owner.begin(project.id, len(photograph))
    assert (answer.status_code, sentence(answer)) == (507, READ_ONLY)


def test_a_photo_that_was_given_up_while_it_waited_is_not_decoded(
    owner: Uploader, project: Project, database: Database, photograph: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connection is lost, and another of that person's files has the place."""
    decoded: list[str] = []
    monkeypatch.setattr(processing, "decode_in_sandbox", lambda *_: decoded.append("a photo"))
    path = owner.begun(project.id, len(photograph))
    estimated = decode_queue.estimated_seconds

    def given_up_meanwhile(source: Path) -> float:
        assert owner.request("DELETE", path).status_code == 204
        return estimated(source)

    monkeypatch.setattr(decode_queue, "estimated_seconds", given_up_meanwhile)
    assert owner.append(path, 0, photograph).status_code == 404
    assert decoded == []


def test_given_up_it_is_gone(owner: Uploader, project: Project, photograph: bytes) -> None:
    path = owner.begun(project.id, len(photograph))
    owner.append(path, 0, photograph[:1000])
    assert owner.request("DELETE", path).status_code == 204
    assert incoming_files() == []
    assert owner.request("HEAD", path).status_code == 404
    assert owner.append(path, 1000, photograph[1000:]).status_code == 404


def test_giving_up_too_late_keeps_the_photo(
    owner: Uploader, project: Project, database: Database, photograph: bytes
) -> None:
    path = owner.begun(project.id, len(photograph))
    owner.append(path, 0, photograph)
    assert owner.request("DELETE", path).status_code == 204
    assert len(photos(database)) == 1


def test_a_project_deleted_meanwhile_takes_its_uploads_along(
    owner: Uploader, project: Project, database: Database, anna: UUID, photograph: bytes
) -> None:
    path = owner.begun(project.id, len(photograph))
    owner.append(path, 0, photograph[:1000])
    with database.acting_as(anna) as session:
        session.delete(session.get_one(Project, project.id))
    assert owner.append(path, 1000, photograph[1000:]).status_code == 404
    assert photos(database) == []
