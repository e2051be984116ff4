"""A server that is killed in the middle of an upload, and the one that comes after it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import httpx
import pytest
from sqlmodel import select

from echoes.accounts.service import open_session
from echoes.database import Database
from echoes.models import Photo, Project
from echoes.settings import get_settings
from tests.support.ports import free_port
from tests.support.processes import wait_for
from tests.uploads.client import Uploader

pytestmark = pytest.mark.slow


@contextmanager
def server() -> Iterator[str]:
    """A process of its own; it reads the same environment, and so the same data folder."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asginl", "--host", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--no-log", "tests.uploads.application:app"], start_new_session=True
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: answers(address), "the server's first answer")
        yield address
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(address: str) -> bool:
    try:
        return Uploader(address, None).request("OPTIONS", "/uploads").status_code == 204
    except httpx.TransportError:
        return False


def test_an_upload_goes_on_after_the_server_was_killed(
    database: Database, anna: UUID, project: Project, photograph: bytes
) -> None:
    with database.unscoped() as session:
        token = open_session(session, get_settings(), anna, "a browser")
    with server() as address:
        before = Uploader(address, token)
        path = before.begun(project.id, len(photograph))
        with before.broken_connection(path, 0, len(photograph), photograph[:-1000]):
            wait_for(lambda: before.offset(path) > 0, "the first bytes on the disk")
            reached = before.offset(path)
    with server() as address:
        after = Uploader(address, token)
        assert after.offset(path) >= reached > 0
        offset = after.offset(path)
        assert after.append(path, offset, photograph[offset:]).status_code == 200
    with database.unscoped() as session:
        (photo,) = session.exec(select(Photo)).all()
    assert (photo.width, photo.height) == (1000, 800)
