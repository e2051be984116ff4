"""The share sheet of a film, as its owner sees it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from echoes.database import Database
from echoes.errors import BadInput
from echoes.models import Project, now
from echoes.pages.project.share.queries import read_share_sheet
from echoes.pages.project.share.state import _moment
from echoes.sharing import service as sharing
from tests.support.rows import add_video


def test_a_link_that_has_ended_says_so(database: Database, anna: UUID, project: Project) -> None:
    with database.unscoped() as session:
        video = add_video(session, session.get_one(Project, project.id))
    with database.acting_as(anna) as session:
        link = sharing.share(session, video.id)
        assert not read_share_sheet(session, video.id).has_ended
        link.expires_at = now() + timedelta(days=1)
        assert not read_share_sheet(session, video.id).has_ended
        link.expires_at = now() - timedelta(seconds=1)
        assert read_share_sheet(session, video.id).has_ended


@pytest.mark.parametrize("text", ["2026-12-24T18:00:00-05:00", "2026-12-24T23:00:00.000Z"])
def test_a_moment_is_the_same_in_every_zone(text: str) -> None:
    moment = _moment(text)
    assert moment == datetime(2026, 12, 24, 23, tzinfo=UTC)
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["soon", "2026-12-24T18:00", "9999-12-31T23:59:00-05:00", "0001-01-01T00:00:00+05:00"]
)
def test_what_is_no_moment_is_said(text: str) -> None:
    with pytest.raises(BadInput, match="We could not read that day"):
        _moment(text)
