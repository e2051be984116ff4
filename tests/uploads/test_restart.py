"""Server restart in the middle of an upload: killed, and gone on with by the next one."""

from uuid import UUID

import pytest
from sqlmodel import select

from echoes.accounts.service import open_session
from echoes.database import Database
from echoes.models import Photo, Project
from echoes.settings import get_settings
from tests.support.processes import wait_for
from tests.uploads.client import Uploader
from tests.uploads.processes import upload_server

pytestmark = pytest.mark.slow


def test_an_upload_goes_on_after_the_server_was_killed(
    database: Database, anna: UUID, project: Project, photograph: bytes
) -> None:
    with database.unscoped() as session:
        token = open_session(session, get_settings(), anna, "a browser")
    with upload_server() as server:
        before = Uploader(server.address, token)
        path = before.begun(project.id, len(photograph))
        with before.broken_connection(path, 0, len(photograph), photograph[:-1000]):
            wait_for(lambda: before.offset(path) > 0, "the first bytes on the disk")
            reached = before.offset(path)
    with upload_server() as server:
        after = Uploader(server.address, token)
        assert after.offset(path) >= reached > 0
        offset = after.offset(path)
        assert after.append(path, offset, photograph[offset:]).status_code == 200
    with database.unscoped() as session:
        (photo,) = session.exec(select(Photo)).all()
    assert (photo.width, photo.height) == (1000, 800)
