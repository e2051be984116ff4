"""A film that the job engine makes in Lambda is the one that it makes on this machine, byte for byte."""

import hashlib
from pathlib import Path

import pytest

from echoes.content_credentials.reading import Verdict, read_credentials
from echoes.content_credentials.signer import trusted_pem
from echoes.database import Database
from echoes.editing import transitions
from echoes.engine import Engine
from echoes.models import JobStatus, Photo, Project, Video
from echoes.processes.compiler import get_compiler
from echoes.projects.segment_cache import forget_rendered
from echoes.settings import get_settings
from echoes.storage import get_storage
from echoes.videos import service
from tests.support.aws.lambdas import DeployedFunction
from tests.support.jobs.making import events_of, stored_take, wait_for_end
from tests.support.media.credentials import without_credentials

pytestmark = pytest.mark.slow


@pytest.fixture
def ready(in_lambda: DeployedFunction, database: Database) -> DeployedFunction:
    return in_lambda


def made(database: Database, project: Project) -> Video:
    """By an engine of its own, which begins as a restarted worker does."""
    get_compiler.cache_clear()
    engine = Engine()
    engine.start()
    try:
        with database.acting_as(project.owner_id) as session:
            video = service.compile_film(session, project.id)
        ended: Video = wait_for_end(video)
    finally:
        engine.stop()
    return ended


def digest(video: Video) -> str:
    """Without its Content Credentials: no two signatures are the same."""
    with get_storage().local_path(video.film_key or "") as film:
        assert read_credentials(film, trusted_pem(get_settings())).verdict == Verdict.OURS
        assert film.stat().st_size == video.size_bytes
        return hashlib.sha256(without_credentials(film)).hexdigest()


def test_it_is_the_same_film(
    ready: DeployedFunction,
    database: Database,
    project: Project,
    photos: list[Photo],
    small_clip: Path,
    tmp_path: Path,
) -> None:
    with database.unscoped() as session:
        for photo in photos:
            stored_take(session, photo, small_clip, tmp_path)
    with database.acting_as(project.owner_id) as session:
        transitions.set_transition(session, project.id, "crossfade", 0.5)
    before = ready.keys("invocations/")
    there = made(database, project)
    assert ready.keys("invocations/") == before
    assert len(ready.keys(f"segments/{project.id}")) > 0
    forget_rendered(project.id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ECHOES_RENDERER", "machine")
        get_settings.cache_clear()
        here = made(database, project)
    assert (there.status, here.status) == (JobStatus.SUCCEEDED, JobStatus.SUCCEEDED)
    assert [event.message for event in events_of(there)] == ["made"]
    assert digest(there) == digest(here)
    assert (there.size_bytes, there.frames) == (here.size_bytes, 36)
