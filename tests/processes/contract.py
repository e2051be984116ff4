"""What every compiler does, wherever it runs."""

import asyncio
from pathlib import Path
from threading import Barrier

import pytest

from compiler.errors import ErrorCode
from compiler.media.probing import probe
from compiler.requests import (
    AnimateRequest,
    ConformRequest,
    PosterRequest,
    ProbeRequest,
    RenderRequest,
    TimelineRequest,
)
from compiler.timeline.layout import lay_out
from compiler.timeline.model import Shot, Timeline, Transition
from echoes.errors import NotFound
from echoes.models import new_id
from echoes.processes.compiler import CompilationFailed, Compiler, StoredFiles
from echoes.storage import get_storage, new_key
from tests.support.media.samples import frame_of, save_photo, textured, write_video
from tests.support.processes import PATIENCE, compilers, wait_for

OWNER = new_id()
FILM, POSTER, CLIP, SOUND = Path("film.mp4"), Path("poster.jpg"), Path("clip.mp4"), Path("clip.m4a")


def is_stored(key: str) -> bool:
    try:
        return get_storage().size(key) > 0
    except NotFound:
        return False


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.mark.usefixtures("data_dir")
class CompilerContract:
    """`compiler` is a fixture of the derived class."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "attempt"
        folder.mkdir()
        return folder

    @pytest.fixture
    def photo(self, tmp_path: Path) -> Path:
        return save_photo(tmp_path / "photo.jpg", textured(640, 360))

    @pytest.fixture
    def clip_key(self, small_clip: Path, tmp_path: Path) -> str:
        """Of a clip of one second in storage."""
        source, key = tmp_path / "source.mp4", new_key(OWNER, "takes", "mp4")
        source.write_bytes(small_clip.read_bytes())
        get_storage().put(key, source)
        return key

    async def test_the_result_is_typed_and_progress_is_told(self, compiler: Compiler, photo: Path) -> None:
        told: list[tuple[float, str]] = []

        async def listen(fraction: float, stage: str) -> None:
            told.append((fraction, stage))

        request = AnimateRequest(photo, photo.with_name("clip.mp4"), duration=1.0)
        made = await compiler.run(request, on_progress=listen)
        assert (made.output, made.frames, made.size) == (request.output, 24, (1280, 720))
        assert made.output.stat().st_size == made.size_bytes
        fractions = [fraction for fraction, _ in told]
        assert fractions == sorted(fractions)
        assert (fractions[-1], len(fractions) > 5) == (1.0, True)

    async def test_a_film_is_made_of_ids_and_keys_alone(
        self, compiler: Compiler, folder: Path, clip_key: str, tmp_path: Path
    ) -> None:
        shots, film_key = (Shot("one"), Shot("two")), new_key(OWNER, "films", "mp4")
        timeline = Timeline(shots, (Transition("crossfade", 12),))
        poster_key = new_key(OWNER, "films", "jpg")
        written = {str(FILM): film_key, str(POSTER): poster_key}
        files = StoredFiles(folder, {"one": clip_key, "two": clip_key}, written)
        request = RenderRequest(timeline, FILM, cache=tmp_path / "cache", poster=POSTER)
        made = await compiler.run(request, files)
        assert (made.output, made.frames) == (FILM, 36)
        with get_storage().local_path(film_key) as film:
            assert (film.stat().st_size, probe(film).frames) == (made.size_bytes, 36)
        with get_storage().local_path(poster_key) as poster:
            assert poster.read_bytes().startswith(b"\xff\xd8")
        assert left_in(folder) == []

    async def test_what_was_made_is_finished_side_by_side_before_it_is_stored(
        self, compiler: Compiler, folder: Path, clip_key: str
    ) -> None:
        film_key, poster_key = new_key(OWNER, "films", "mp4"), new_key(OWNER, "films", "jpg")
        together = Barrier(2, timeout=PATIENCE)

        def finish(made: Path) -> None:
            together.wait()  # Whoever is alone waits in vain, and the call fails.
            made.write_bytes(b"finished")

        files = StoredFiles(
            folder, {"one": clip_key}, {str(FILM): film_key, str(POSTER): poster_key},
            {str(FILM): finish, str(POSTER): finish},
        )  # fmt: skip
        await compiler.run(RenderRequest(Timeline((Shot("one"),)), FILM, poster=POSTER), files)
        assert [get_storage().size(key) for key in (film_key, poster_key)] == [len(b"finished")] * 2

    @pytest.mark.parametrize("has_sound", [True, False])
    async def test_what_had_no_reason_to_be_made_is_not_put(
        self, compiler: Compiler, folder: Path, tmp_path: Path, has_sound: bool
    ) -> None:
        frames = [frame_of(textured(320, 180))] * 24
        source = write_video(tmp_path / "x.mp4", frames, tone=1.0 if has_sound else 0.0)
        raw_key, clip_key, sound_key, poster_key = (
            new_key(OWNER, "takes", each) for each in ("mov", "mp4", "m4a", "jpg")
        )
        get_storage().put(raw_key, source)
        written = {str(CLIP): clip_key, str(SOUND): sound_key, str(POSTER): poster_key}
        files = StoredFiles(folder, {"raw": raw_key}, written)
        poster = POSTER if has_sound else None
        made = await compiler.run(ConformRequest(Path("raw"), CLIP, poster=poster), files)
        assert made.audio == (SOUND if has_sound else None)
        assert (is_stored(clip_key), is_stored(sound_key)) == (True, has_sound)
        assert is_stored(poster_key) == has_sound

    async def test_a_layout_is_the_same_as_here(self, compiler: Compiler) -> None:
        timeline = Timeline((Shot("a", frames=48), Shot("b", frames=24)), (Transition("wipe", 12),))
        answer = await compiler.run(TimelineRequest(timeline))
        assert (answer.timeline, answer.layout) == (timeline, lay_out(timeline))

    async def test_a_failure_has_a_code_and_a_sentence(self, compiler: Compiler, tmp_path: Path) -> None:
        with pytest.raises(CompilationFailed) as failed:
            await compiler.run(ProbeRequest(tmp_path / "missing.mp4"))
        assert (failed.value.error_code, failed.value.kind) == (ErrorCode.NOT_FOUND, "not_found")
        assert failed.value.sentence.endswith(".")
        assert failed.value.cause

    async def test_a_request_that_makes_no_sense_is_refused(self, compiler: Compiler, photo: Path) -> None:
        with pytest.raises(CompilationFailed, match="no move") as failed:
            await compiler.run(AnimateRequest(photo, photo.with_name("clip.mp4"), move="somersault"))
        assert failed.value.error_code == ErrorCode.BAD_REQUEST

    async def test_a_clip_without_a_key_is_refused_by_its_name(
        self, compiler: Compiler, folder: Path, clip_key: str
    ) -> None:
        film_key = new_key(OWNER, "films", "mp4")
        files = StoredFiles(folder, {"one": clip_key}, {str(FILM): film_key})
        with pytest.raises(CompilationFailed, match="“two”") as failed:
            await compiler.run(RenderRequest(Timeline((Shot("one"), Shot("two"))), FILM), files)
        assert failed.value.error_code == ErrorCode.BAD_REQUEST
        assert not is_stored(film_key)

    async def test_a_stored_file_that_is_not_there_is_not_found(
        self, compiler: Compiler, folder: Path
    ) -> None:
        gone, poster_key = new_key(OWNER, "takes", "mp4"), new_key(OWNER, "takes", "jpg")
        files = StoredFiles(folder, {"clip": gone}, {"poster.jpg": poster_key})
        with pytest.raises(NotFound):
            await compiler.run(PosterRequest(Path("clip"), Path("poster.jpg")), files)
        assert not is_stored(poster_key)

    async def test_cancelling_ends_the_work_before_the_call_returns(
        self, compiler: Compiler, photo: Path, folder: Path, tmp_path: Path
    ) -> None:
        photo_key, clip_key = new_key(OWNER, "photos", "jpg"), new_key(OWNER, "takes", "mp4")
        get_storage().put(photo_key, photo)
        files = StoredFiles(folder, {"photo": photo_key}, {str(CLIP): clip_key})
        work = asyncio.create_task(compiler.run(AnimateRequest(Path("photo"), CLIP, duration=30.0), files))
        await asyncio.to_thread(wait_for, compilers, "the compiler to be started")
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert not compilers()
        assert not is_stored(clip_key)

    async def test_a_listener_that_gives_up_ends_the_work(self, compiler: Compiler, photo: Path) -> None:
        async def give_up(_fraction: float, _stage: str) -> None:
            raise KeyError("nobody wants this")

        with pytest.raises(KeyError):
            request = AnimateRequest(photo, photo.with_name("clip.mp4"), duration=30.0)
            await compiler.run(request, on_progress=give_up)
        assert not compilers()
