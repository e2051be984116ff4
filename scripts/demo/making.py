"""Makes the demo's data by the app's own services and jobs: photographs, clips, a film and its link.

Runs in a process of its own (`python -m scripts.demo.making`), whose settings name the data folder.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from uuid import UUID

from sqlmodel import col, select

from echoes.accounts.sign_up import sign_in_locally
from echoes.clips import service as clips
from echoes.database import UserSession, get_database
from echoes.editing import clips as editing
from echoes.editing import soundtrack, transitions
from echoes.engine import running
from echoes.models import UNFINISHED, JobStatus, MusicTrack, Photo, ShareLink, Take, UploadKind, Video
from echoes.music.library import seed_library
from echoes.projects import service as projects
from echoes.settings import get_settings
from echoes.sharing import service as sharing
from echoes.sharing.service import LinkSettings
from echoes.uploads import receiving
from echoes.uploads import service as uploads
from echoes.uploads.parts import get_part_store
from echoes.videos import service as videos
from scripts.demo.photographs import PHOTOGRAPHS, draw_photographs

NAME = "Anna"
TITLE = "A year with Grandma Rosa"
NOTE = "For your seventieth, from all of us."
MUSIC = "tender"
NOT_KEPT = ("On the quiet lake.jpg", "Balloons over the valley.jpg")
"""Made into clips, and not chosen for the film."""
LAST = "Rosa turns seventy.jpg"
PATIENCE = 1800.0


class DemoFailed(Exception):
    pass


def make(photographs: int = len(PHOTOGRAPHS)) -> ShareLink:
    """In an empty, migrated data folder. Raises DemoFailed."""
    with get_database().unscoped() as session:
        seed_library(session)
        anna = sign_in_locally(session, get_settings(), NAME).id
    with get_database().acting_as(anna) as session:
        project_id = projects.create(session, TITLE).id
    with tempfile.TemporaryDirectory() as folder:
        say("Drawing the photographs …")
        for photograph in draw_photographs(Path(folder), photographs):
            asyncio.run(upload(anna, project_id, photograph.name, photograph.read_bytes()))
    with running("all"):
        animate(anna, project_id)
        arrange(anna, project_id)
        return share(anna, compile_film(anna, project_id))


async def upload(user_id: UUID, project_id: UUID, name: str, content: bytes) -> None:
    """As a request that brings a whole file does."""
    with get_database().acting_as(user_id) as session:
        upload = uploads.begin(session, get_settings(), UploadKind.PHOTO, project_id, name, len(content))
    with closing(get_part_store().open(upload)) as parts:
        parts.write(content, 0)
        parts.flush()
        await receiving.TAKE_IN[upload.kind](upload, parts.whole())
    get_part_store().discard(upload.id)


def animate(user_id: UUID, project_id: UUID) -> None:
    with get_database().acting_as(user_id) as session:
        count = len(clips.animate_all(session, project_id))
    say(f"Making {count} clips …")

    def is_ready(session: UserSession) -> bool:
        takes = clips.list_takes(session, project_id)
        _require_success([take for take in takes if take.status not in UNFINISHED])
        return not [take for take in takes if take.status in UNFINISHED]

    _wait(user_id, is_ready)


def arrange(user_id: UUID, project_id: UUID) -> None:
    """Most clips are kept, the birthday comes last, and it has music."""
    with get_database().acting_as(user_id) as session:
        names = {photo.id: photo.filename for photo in session.exec(select(Photo))}
        ordered = clips.list_clips(session, project_id)
        names_of_clips = {clip.id: names[clip.photo_id] for clip in ordered}
        for take in clips.list_takes(session, project_id):
            if names_of_clips[take.clip_id] not in NOT_KEPT:
                clips.approve(session, take.id)
        by_place = sorted(ordered, key=lambda clip: names_of_clips[clip.id] == LAST)
        editing.reorder(session, project_id, [clip.id for clip in by_place])
        music = session.exec(select(MusicTrack).where(col(MusicTrack.slug) == MUSIC)).one()
        soundtrack.set_music(session, project_id, music.id)
        transitions.set_transition(session, project_id, "crossfade", 1.0)


def compile_film(user_id: UUID, project_id: UUID) -> UUID:
    say("Compiling the film …")
    with get_database().acting_as(user_id) as session:
        video_id = videos.compile_film(session, project_id).id

    def is_finished(session: UserSession) -> bool:
        video = videos.get(session, video_id)
        if is_over := video.status not in UNFINISHED:
            _require_success([video])
        return is_over

    _wait(user_id, is_finished)
    return video_id


def share(user_id: UUID, video_id: UUID) -> ShareLink:
    with get_database().acting_as(user_id) as session:
        link = sharing.share(session, video_id)
        return sharing.shape(session, link.id, LinkSettings(title=TITLE, note=NOTE, sender=NAME))


def say(sentence: str) -> None:
    print(sentence, flush=True)


def _require_success(ended: list[Take] | list[Video]) -> None:
    for row in ended:
        if row.status != JobStatus.SUCCEEDED:
            raise DemoFailed(row.failure or f"It was {row.status}.")


def _wait(user_id: UUID, is_over: Callable[[UserSession], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with get_database().reading_as(user_id) as session:
            if is_over(session):
                return
        time.sleep(0.2)
    raise DemoFailed(f"It was not ready within {PATIENCE / 60:g} minutes.")


if __name__ == "__main__":
    try:
        make()
    except DemoFailed as failure:
        sys.exit(f"The demo could not be made: {failure}")
