"""Queries of the download sizes of a film."""

from collections.abc import Iterable
from dataclasses import dataclass

from echoes.catalogue.aspects import LARGE_SIZES, MEANT_FOR
from echoes.database import UserSession
from echoes.models import UNFINISHED, JobStatus, Video
from echoes.storage import get_storage
from echoes.text import formatting
from echoes.videos import service as videos
from echoes.videos import sizes
from echoes.videos.sizes import GONE_FOR_GOOD

FAILED = "The film could not be made. Please try again."


LOST = "A clip or the music of this film has been removed, so it can no longer be made larger."


DAMAGED = "The file of the large film is damaged. You can make it again."


SAID = {"making": "The large film is being made.", "finished": "The large film is ready."}


@dataclass(frozen=True)
class SizeViewModel:
    film: str = ""
    id: str = ""
    """Of the file's own row; empty as long as nobody has asked for it."""
    label: str = ""
    stage: str = ""
    """making, finished or failed; empty when it can be made."""
    facts: str = ""
    pixels: str = ""
    download: str = ""
    percent: int = 0
    problem: str = ""
    said: str = ""
    """For those who listen."""
    is_large: bool = False
    is_lost: bool = False
    """What it was made of is gone: another try would fail as well."""


def size_view_models(film: Video, others: Iterable[Video]) -> list[SizeViewModel]:
    """The film's own size first. `others` may be of other films too."""
    if film.film_key is None or videos.is_damaged(film):
        return []
    known = {(other.width, other.height): other for other in others if other.original_id == film.id}
    views = [_view(film, (film.width, film.height), film)]
    if size := LARGE_SIZES.get((film.width, film.height)):
        views.append(_view(film, size, known.get(size)))
    return views


def ready_files(session: UserSession, film: Video) -> list[SizeViewModel]:
    views = size_view_models(film, sizes.sizes_of(session, [film.id]))
    return [view for view in views if view.stage == "finished"]


def _view(film: Video, size: tuple[int, int], row: Video | None) -> SizeViewModel:
    stage, pixels = _stage(row), f"{size[0]} × {size[1]}"
    percent = round(row.progress * 100) if row else 0
    return SizeViewModel(
        film=str(film.id),
        id=str(row.id) if row else "",
        label=MEANT_FOR.get(size, "The film"),
        stage=stage,
        facts=formatting.file_size(row.size_bytes or 0) if row and stage == "finished" else "",
        pixels=pixels,
        download=_download(row),
        percent=percent,
        problem=_problem(row) if row and stage == "failed" else "",
        said="" if row is film else SAID.get(stage, ""),
        is_large=row is not film,
        is_lost=row is not None and row.failure_kind in GONE_FOR_GOOD,
    )


def _stage(row: Video | None) -> str:
    if row is None or row.status == JobStatus.CANCELLED:
        return ""
    if row.status in UNFINISHED:
        return "making"
    return "finished" if row.film_key and not videos.is_damaged(row) else "failed"


def _problem(row: Video) -> str:
    if videos.is_damaged(row):
        return DAMAGED
    return LOST if row.failure_kind in GONE_FOR_GOOD else row.failure or FAILED


def _download(row: Video | None) -> str:
    if row is None or row.film_key is None:
        return ""
    return get_storage().url(row.film_key, size_bytes=row.size_bytes, download_name=videos.file_name(row))
