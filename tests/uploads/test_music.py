"""Music uploads: the same resumable protocol as for photographs."""

from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from compiler.media.sound_formats import IN_WORDS
from echoes.database import Database
from echoes.models import MusicTrack, Project
from tests.music.sounds import tone, video
from tests.uploads.client import PART, Uploader, sentence

pytestmark = pytest.mark.slow


def test_a_song_of_ones_own(owner: Uploader, project: Project, database: Database, tmp_path: Path) -> None:
    song = tone(tmp_path / "song.mp3").read_bytes()
    answer = owner.upload(project.id, song, "Unser Lied.mp3", "music")
    with database.unscoped() as session:
        (track,) = session.exec(select(MusicTrack)).all()
    assert (answer.status_code, answer.json()["track_id"]) == (200, str(track.id))
    assert (track.title, track.owner_id) == ("Unser Lied", project.owner_id)


def test_what_is_no_music_is_refused_by_name(owner: Uploader, project: Project) -> None:
    answer = owner.upload(project.id, b"only the words", "Unser Lied.mp3", "music")
    assert answer.status_code == 422
    assert sentence(answer) == f"“Unser Lied.mp3” is not music we can read. These work: {IN_WORDS}."


def test_a_video_is_kept_until_its_owner_wants_its_sound(
    owner: Uploader, other: Uploader, project: Project, database: Database, tmp_path: Path
) -> None:
    film = video(tmp_path / "film.mp4").read_bytes()
    place = owner.begun(project.id, len(film), "Hochzeit.mp4", "music")
    asked = owner.append(place, 0, film)
    assert (asked.status_code, asked.headers["upload-use-sound"]) == (422, "yes")
    assert sentence(asked) == "“Hochzeit.mp4” is a video. Use its sound?"
    rest = owner.offset(place)
    assert rest == len(film) - 1
    assert wish(other, place, rest, film).status_code == 404
    taken = wish(owner, place, rest, film)
    with database.unscoped() as session:
        (track,) = session.exec(select(MusicTrack)).all()
    assert (taken.status_code, taken.json()["track_id"]) == (200, str(track.id))
    assert (track.title, track.owner_id) == ("Hochzeit", project.owner_id)


def wish(uploader: Uploader, place: str, offset: int, film: bytes) -> httpx.Response:
    headers = {"Upload-Offset": str(offset), "Content-Type": PART, "Upload-Use-Sound": "yes"}
    return uploader.request("PATCH", place, headers, film[offset:])
