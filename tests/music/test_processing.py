"""From a whole upload to a piece of music, by the real probe and the real FFmpeg."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from compiler.media.probing import probe
from compiler.results import Probe
from echoes.database import Database
from echoes.errors import BadMusic, MusicVideo, NotFound, StorageFull
from echoes.models import MusicTrack, Project, Upload, UploadKind
from echoes.music import processing
from echoes.settings import get_settings
from echoes.storage import get_storage
from tests.music.forms import COVERS, FORMS, sound_in, with_picture_track
from tests.music.sounds import SECRET, tone, video, with_cover
from tests.photos.pictures import encoded, quarters
from tests.support.databases.rows import add_project
from tests.support.media.samples import still, write_video

pytestmark = pytest.mark.slow

NewUpload = Callable[[str], Upload]


@pytest.fixture
def new_upload(database: Database, anna: UUID) -> NewUpload:
    def create(filename: str) -> Upload:
        with database.acting_as(anna) as session:
            project = add_project(session, anna)
            upload = Upload(
                owner_id=anna, project_id=project.id, kind=UploadKind.MUSIC, filename=filename, size_bytes=1
            )
            session.add(upload)
        return upload

    return create


def tracks(database: Database) -> list[MusicTrack]:
    with database.unscoped() as session:
        return list(session.exec(select(MusicTrack)))


def stored(track: MusicTrack) -> tuple[Probe, bytes]:
    with get_storage().local_path(track.audio_key) as path:
        return probe(path, strict=True), path.read_bytes()


def write(folder: Path, content: bytes) -> Path:
    path = folder / "incoming-file"
    path.write_bytes(content)
    return path


def stored_files() -> list[Path]:
    return [path for path in get_settings().files_dir.rglob("*") if path.is_file()]


@pytest.mark.parametrize("suffix", ["mp3", "m4a", "wav", "ogg", "flac"])
async def test_every_form_becomes_the_one_that_all_browsers_play(
    database: Database, new_upload: NewUpload, tmp_path: Path, suffix: str
) -> None:
    upload = new_upload(f"Unser Lied.live.{suffix}")
    await processing.process_upload(upload, tone(tmp_path / f"song.{suffix}"))
    (track,) = tracks(database)
    assert (track.id, track.owner_id, track.title) == (upload.id, upload.owner_id, "Unser Lied.live")
    assert (track.media_type, track.slug) == ("audio/mp4", None)
    facts, content = stored(track)
    assert (facts.kind, facts.audio_codec, facts.sample_rate, facts.channels) == ("audio", "aac", 48000, 2)
    assert track.duration == facts.duration
    assert (track.beats, len(track.peaks or [])) == ([], 400), "a steady tone has no beats"
    assert facts.duration == pytest.approx(2.0, abs=0.1)
    assert track.size_bytes == len(content)
    assert content.index(b"moov") < content.index(b"mdat"), "it plays before it has arrived"


@pytest.mark.parametrize("suffix", ["mp3", "m4a", "flac"])
async def test_titles_places_and_covers_are_gone(
    database: Database, new_upload: NewUpload, tmp_path: Path, suffix: str
) -> None:
    cover = write(tmp_path, encoded(quarters(), "JPEG", comment=SECRET.encode()))
    song = with_cover(tmp_path / f"song.{suffix}", cover.rename(tmp_path / "cover.jpg"))
    assert SECRET.encode() in song.read_bytes()
    await processing.process_upload(new_upload("song"), song)
    (track,) = tracks(database)
    assert track.title == "song"
    _, content = stored(track)
    assert b"Lilac" not in content
    assert b"Lavf" not in content


@pytest.mark.parametrize("channels", [1, 6])
async def test_one_voice_or_six_become_stereo(
    database: Database, new_upload: NewUpload, tmp_path: Path, channels: int
) -> None:
    await processing.process_upload(new_upload("a.flac"), tone(tmp_path / "a.flac", channels=channels))
    assert stored(tracks(database)[0])[0].channels == 2


async def test_open_pages_are_told(database: Database, new_upload: NewUpload, tmp_path: Path) -> None:
    upload = new_upload("a.wav")
    await processing.process_upload(upload, tone(tmp_path / "a.wav"))
    with database.unscoped() as session:
        assert session.get_one(Project, upload.project_id).revision == 1


async def test_the_same_upload_twice_is_one_track(
    database: Database, new_upload: NewUpload, tmp_path: Path
) -> None:
    upload, song = new_upload("a.wav"), tone(tmp_path / "a.wav")
    await processing.process_upload(upload, song)
    await processing.process_upload(upload, song)
    assert len(tracks(database)) == 1
    assert len(stored_files()) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0" * 5000, b"Just the words of a song.", b"ID3\x04\0\0\0\0\0\0", b"RIFF\x24\0\0\0WAVEfmt ",
        b"fLaC", b"OggS" + bytes(100), encoded(quarters(), "PNG"), b"\0\0\0\x20ftypM4A " + bytes(200),
        b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/secret.mp3\n", b"ffconcat version 1.0\nfile /etc/passwd\n",
    ],
)  # fmt: skip
async def test_what_is_no_music_is_refused_by_name(
    database: Database, new_upload: NewUpload, tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(BadMusic) as refused:
        await processing.process_upload(new_upload("Lied {1}.mp3"), write(tmp_path, content))
    assert refused.value.sentence.startswith("“Lied {1}.mp3” ")
    assert tracks(database) == []
    assert stored_files() == []


@pytest.mark.parametrize("name", FORMS)
async def test_every_kind_of_sound_file_is_music(tmp_path: Path, name: str) -> None:
    async with processing.transcode_in_sandbox(None, sound_in(tmp_path / name), name) as (m4a, duration):
        facts = probe(m4a, strict=True)
    assert duration == pytest.approx(2.0, abs=0.1)
    assert (facts.audio_codec, facts.sample_rate, facts.channels) == ("aac", 48000, 2)
    assert facts.duration == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("name", COVERS)
async def test_a_cover_or_slides_do_not_make_a_video_of_music(tmp_path: Path, name: str) -> None:
    async with processing.transcode_in_sandbox(None, with_picture_track(tmp_path / name), name) as (
        m4a,
        duration,
    ):
        assert probe(m4a, strict=True).video_codec is None
    assert duration == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("channels", [9, 20])
async def test_channels_that_nobody_named_become_stereo(tmp_path: Path, channels: int) -> None:
    song = tone(tmp_path / "many.wav", channels=channels)
    async with processing.transcode_in_sandbox(None, song, "many.wav") as (m4a, _):
        assert probe(m4a, strict=True).channels == 2


async def test_a_video_is_asked_about_and_its_sound_taken_when_wanted(
    database: Database, new_upload: NewUpload, tmp_path: Path
) -> None:
    upload, film = new_upload("Hochzeit.mp4"), video(tmp_path / "film.mp4")
    with pytest.raises(MusicVideo, match=r"is a video\. Use its sound\?"):
        await processing.process_upload(upload, film)
    assert tracks(database) == []
    await processing.process_upload(upload, film, use_sound=True)
    (track,) = tracks(database)
    facts, _ = stored(track)
    assert (track.title, facts.video_codec, facts.channels) == ("Hochzeit", None, 2)


async def test_a_silent_video_is_no_music_even_when_its_sound_is_wanted(
    new_upload: NewUpload, tmp_path: Path
) -> None:
    film = write_video(tmp_path / "silent.mp4", [still(number) for number in range(24)])
    with pytest.raises(BadMusic, match=r"no sound we can use in “silent\.mp4”"):
        await processing.process_upload(new_upload("silent.mp4"), film, use_sound=True)


async def test_a_blip_is_no_music(new_upload: NewUpload, tmp_path: Path) -> None:
    with pytest.raises(BadMusic, match="shorter than a second"):
        await processing.process_upload(new_upload("blip.wav"), tone(tmp_path / "blip.wav", seconds=0.3))


async def test_an_endless_piece_is_refused(
    new_upload: NewUpload, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processing, "LONGEST", 1.5)
    with pytest.raises(BadMusic, match="longer than an hour"):
        await processing.process_upload(new_upload("mass.wav"), tone(tmp_path / "mass.wav"))


def stand_in(folder: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A studio that does this instead."""
    (folder / "stand_in.py").write_text(code)
    monkeypatch.setitem(processing.ENVIRONMENT, "PYTHONPATH", str(folder))
    monkeypatch.setattr(processing, "STUDIO", "stand_in")


async def test_a_full_disk_is_not_called_the_files_fault(
    database: Database, new_upload: NewUpload, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FFmpeg itself finds no room: /dev/full is a disk that is always full."""
    song = tone(tmp_path / "a.wav")
    code = (
        "import sys\nfrom echoes.music import sandbox\n"
        "sandbox.M4A = ('-f', 'adts', '-y')\nsandbox.exec_ffmpeg(sys.argv[1], '/dev/full')\n"
    )
    stand_in(tmp_path, code, monkeypatch)
    with pytest.raises(StorageFull):
        await processing.process_upload(new_upload("a.wav"), song)
    assert tracks(database) == []


@pytest.mark.parametrize("code", ["import os; os.abort()", "raise SystemExit(183)"])
async def test_a_codec_that_crashes_costs_that_piece_alone(
    database: Database, new_upload: NewUpload, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    stand_in(tmp_path, code, monkeypatch)
    with pytest.raises(BadMusic, match="is damaged"):
        await processing.process_upload(new_upload("a.wav"), tone(tmp_path / "a.wav"))
    assert tracks(database) == []


async def test_a_fault_of_ours_is_not_called_the_files(
    new_upload: NewUpload, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, "import nothing_that_there_is", monkeypatch)
    with pytest.raises(RuntimeError, match="nothing_that_there_is"):
        await processing.process_upload(new_upload("a.wav"), tone(tmp_path / "a.wav"))


async def test_a_piece_that_keeps_the_studio_busy_is_refused(
    new_upload: NewUpload, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, "import time; time.sleep(60)", monkeypatch)
    monkeypatch.setattr(processing, "LONGEST_WAIT", 0.3)
    with pytest.raises(BadMusic, match="took too long"):
        await processing.process_upload(new_upload("a.wav"), tone(tmp_path / "a.wav"))


async def test_a_project_that_is_deleted_meanwhile_gets_no_track(
    database: Database, new_upload: NewUpload, tmp_path: Path
) -> None:
    upload = new_upload("a.wav")
    with database.unscoped() as session:
        session.delete(session.get_one(Project, upload.project_id))
    with pytest.raises(NotFound):
        await processing.process_upload(upload, tone(tmp_path / "a.wav"))
    assert tracks(database) == []
    assert stored_files() == []
