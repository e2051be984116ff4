"""From a whole upload to a photo in its project, by the real sandbox process."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image
from sqlmodel import select

from echoes.database import Database, UserSession
from echoes.errors import BadPicture, NotFound, Refused, StorageFull
from echoes.models import Photo, Project, Upload, UploadKind
from echoes.photos import processing
from echoes.settings import get_settings
from echoes.storage import get_storage
from tests.photos.conftest import StandIn
from tests.photos.pictures import encoded, exif, jpeg_with_two_frames, noisy, png_that_claims, quarters, save
from tests.support.databases.rows import add_project

pytestmark = pytest.mark.slow

SandboxThat = Callable[[str], None]


async def take_in(upload: Upload, source: Path, room: int = 10**9) -> None:
    def require_room(session: UserSession, upload: Upload, size: int) -> None:
        if size > room:
            raise Refused("Your 1 GB of space is full.")

    await processing.process_upload(upload, source, require_room)


@pytest.fixture
def upload(database: Database, anna: UUID) -> Upload:
    with database.acting_as(anna) as session:
        project = add_project(session, anna)
        row = Upload(
            owner_id=anna, project_id=project.id, kind=UploadKind.PHOTO, filename="Oma {1}.jpg", size_bytes=1
        )
        session.add(row)
    return row


@pytest.fixture
def source(data_dir: Path) -> Path:
    return save(quarters(), data_dir, "jpg", exif=exif(date="1987:08:02 11:05:00"))


@pytest.fixture
def liar(source: Path) -> Path:
    source.write_bytes(jpeg_with_two_frames((32, 32), (2000, 1000)))
    return source


def photos(database: Database) -> list[Photo]:
    with database.unscoped() as session:
        return list(session.exec(select(Photo)))


def files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def stored_files() -> list[Path]:
    return files_under(get_settings().files_dir)


@pytest.fixture
def sandbox_that(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> SandboxThat:
    return lambda code: monkeypatch.setattr(processing, "SANDBOX", stand_in(code))


async def test_the_photo_is_in_its_project_with_both_files(
    database: Database, upload: Upload, source: Path
) -> None:
    await take_in(upload, source)
    (photo,) = photos(database)
    assert (photo.id, photo.project_id, photo.owner_id) == (upload.id, upload.project_id, upload.owner_id)
    assert (photo.filename, photo.width, photo.height) == ("Oma {1}.jpg", 160, 96)
    assert photo.taken_at
    assert photo.taken_at.isoformat() == "1987-08-02T11:05:00+00:00"
    with get_storage().local_path(photo.master_key) as master, Image.open(master) as image:
        assert (image.format, image.size, master.stat().st_size) == ("JPEG", (160, 96), photo.size_bytes)
    with get_storage().local_path(photo.thumbnail_key) as path, Image.open(path) as image:
        assert image.format == "WEBP"


async def test_open_pages_are_told(database: Database, upload: Upload, source: Path) -> None:
    await take_in(upload, source)
    with database.unscoped() as session:
        assert session.get_one(Project, upload.project_id).revision == 1


async def test_the_same_upload_twice_is_one_photo(database: Database, upload: Upload, source: Path) -> None:
    await take_in(upload, source)
    await take_in(upload, source)
    assert len(photos(database)) == 1
    assert len(stored_files()) == 2


async def test_what_is_no_picture_is_refused_by_name_and_leaves_nothing(
    database: Database, upload: Upload, data_dir: Path
) -> None:
    letter = data_dir / "incoming-letter"
    letter.write_text("Dear grandmother,")
    with pytest.raises(BadPicture) as refused:
        await take_in(upload, letter)
    assert refused.value.sentence == (
        "“Oma {1}.jpg” is not a photo we can read. "
        "These work: JPEG, PNG, HEIC, AVIF, WebP, TIFF, JPEG 2000, BMP and GIF."
    )
    assert photos(database) == []
    assert stored_files() == []
    assert "developing" not in str(files_under(data_dir))


async def test_a_bomb_is_refused_by_name(upload: Upload, data_dir: Path) -> None:
    bomb = data_dir / "bomb"
    bomb.write_bytes(png_that_claims(60_000, 60_000))
    with pytest.raises(BadPicture, match="up to 200 megapixels"):
        await take_in(upload, bomb)


async def test_a_picture_that_needs_more_memory_than_there_is_is_refused(
    upload: Upload, source: Path, sandbox_that: SandboxThat
) -> None:
    code = (
        "import runpy\n"
        "from PIL import ImageFile\n"
        "ImageFile.ImageFile.load = lambda self: bytearray(8 * 1024**3)\n"
        "runpy.run_module('echoes.photos.decoding.sandbox', run_name='__main__')\n"
    )
    sandbox_that(code)
    with pytest.raises(BadPicture, match="too large"):
        await take_in(upload, source)


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGBUS"])
async def test_a_codec_that_crashes_costs_that_photo_alone(
    upload: Upload,
    source: Path,
    sandbox_that: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    code = f"import os, signal; os.kill(os.getpid(), signal.{name})"
    sandbox_that(code)
    with pytest.raises(BadPicture, match=r"“Oma \{1\}.jpg” is damaged"):
        await take_in(upload, source)


async def test_a_picture_that_is_larger_than_its_header_claims_is_refused(
    database: Database, upload: Upload, liar: Path
) -> None:
    with pytest.raises(BadPicture, match="is damaged"):
        await take_in(upload, liar)
    assert photos(database) == []


async def test_a_picture_that_keeps_the_sandbox_busy_is_refused(
    upload: Upload, source: Path, sandbox_that: SandboxThat, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox_that("import time; time.sleep(60)")
    monkeypatch.setattr(processing, "LONGEST_WAIT", 0.3)
    with pytest.raises(BadPicture, match="took too long"):
        await take_in(upload, source)


async def test_a_fault_of_ours_is_not_called_the_pictures(
    upload: Upload, source: Path, sandbox_that: SandboxThat
) -> None:
    sandbox_that("raise SystemExit(3)")
    with pytest.raises(RuntimeError, match="ended with 3"):
        await take_in(upload, source)


async def test_a_full_disk_is_said_and_what_was_sent_is_kept(
    database: Database,
    upload: Upload,
    source: Path,
    sandbox_that: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sandbox_that("""print('{"errno": 28, "cause": "No space left"}')""")
    with pytest.raises(StorageFull):
        await take_in(upload, source)
    assert source in files_under(source.parent)
    assert photos(database) == []


async def test_the_sandbox_knows_no_secrets(
    upload: Upload, source: Path, sandbox_that: SandboxThat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECHOES_SECRET_KEY", "x" * 40)
    code = "import os, sys; sys.exit(4 if 'ECHOES_SECRET_KEY' in os.environ else 5)"
    sandbox_that(code)
    with pytest.raises(RuntimeError, match="ended with 5"):
        await take_in(upload, source)


async def test_a_project_that_is_deleted_meanwhile_gets_no_photo_and_keeps_no_file(
    database: Database, upload: Upload, source: Path
) -> None:
    with database.unscoped() as session:
        session.delete(session.get_one(Project, upload.project_id))
    with pytest.raises(NotFound):
        await take_in(upload, source)
    assert photos(database) == []
    assert stored_files() == []


@pytest.fixture
def album(data_dir: Path) -> Path:
    path = data_dir / "album.tif"
    pages = [quarters((64, 48)), quarters((80, 60)), quarters((96, 72))]
    path.write_bytes(encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    return path


async def test_each_page_of_a_scan_becomes_a_photo_once(
    database: Database, upload: Upload, album: Path
) -> None:
    await take_in(upload, album)
    await take_in(upload, album)
    kept = sorted(photos(database), key=lambda photo: photo.id)
    assert [(photo.filename, photo.width) for photo in kept] == [
        ("Oma {1}.jpg", 64), ("Oma {1} (2).jpg", 80), ("Oma {1} (3).jpg", 96),
    ]  # fmt: skip
    assert kept[0].id == upload.id
    assert len(stored_files()) == 6


async def test_pages_for_which_there_is_no_room_leave_nothing(
    database: Database, upload: Upload, album: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused):
        await take_in(upload, album, room=100)
    settings = get_settings().model_copy(update={"max_photos_per_project": 2})
    monkeypatch.setattr(processing, "get_settings", lambda: settings)
    with pytest.raises(BadPicture, match="has 3 pages, and a film can hold up to 2 photos"):
        await take_in(upload, album)
    assert photos(database) == []
    assert stored_files() == []


async def test_a_photo_knows_that_its_last_lines_are_missing(
    database: Database, upload: Upload, data_dir: Path
) -> None:
    cut = data_dir / "cut.jpg"
    content = encoded(noisy((320, 400)), "JPEG", quality=90)
    cut.write_bytes(content[: len(content) * 97 // 100])
    await take_in(upload, cut)
    assert [photo.is_truncated for photo in photos(database)] == [True]
