"""Music comes in by the same door."""

from pathlib import Path

from sqlmodel import select

from compiler.sound_formats import IN_WORDS
from echoes.database import Database
from echoes.models import MusicTrack, Project
from tests.music.sounds import tone
from tests.uploads.client import Uploader, sentence


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
    assert sentence(answer) == f"“Unser Lied.mp3” is not music that we can read. {IN_WORDS} work."
