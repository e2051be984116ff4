"""A film as a file: each size that it can be had in, ready, being made, or still to be asked for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from echoes.components.design import (
    announce,
    button,
    download_button,
    icon,
    icon_button,
    message,
    progress,
)
from echoes.database import UserSession
from echoes.models import UNFINISHED, JobStatus, Video
from echoes.pages.common.state import uuid_of, vars_of
from echoes.pages.project.common import ProjectState
from echoes.storage import get_storage
from echoes.text import formatting
from echoes.videos import service as videos
from echoes.videos import sizes
from echoes.videos.sizes import GONE_FOR_GOOD, LARGER

FAILED = "The film could not be made. Please try again."
KEEP = "Keep it as a file"
LOST = "A clip or the music of this film has been removed, so it cannot be drawn larger any more."
NOT_MADE = "The same film, drawn larger. Making it takes a little while."
DAMAGED = "The file of the large film has been damaged. It can be drawn again."
WAITING = "Waiting for its turn"
SAID = {"making": "The large film is being made.", "finished": "The large film is ready."}
MEANT_FOR = {
    (1280, 720): "For phones and computers",
    (720, 1280): "For phones",
    (960, 960): "For phones and computers",
    (1920, 1080): "For a television",
    (1080, 1920): "For a large screen",
    (1440, 1440): "For a large screen",
}


Ask = Callable[[Any], Any]
"""What the page does before the file with that id is deleted."""


@dataclass(frozen=True)
class SizeView:
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


class SizesState(ProjectState):
    """The page of the film follows its project, and shows by itself what these change."""

    @rx.event
    async def enlarge(self, video_id: str) -> None:
        await self._act(sizes.enlarge, uuid_of(video_id))

    @rx.event
    async def stop_size(self, size_id: str) -> None:
        await self._act(videos.cancel, uuid_of(size_id))


shown = vars_of(SizesState)


def size_views(film: Video, others: Iterable[Video]) -> list[SizeView]:
    """The film's own size first. `others` may be of other films too."""
    if film.film_key is None or videos.is_damaged(film):
        return []
    known = {(other.width, other.height): other for other in others if other.original_id == film.id}
    views = [_view(film, (film.width, film.height), film)]
    if size := LARGER.get((film.width, film.height)):
        views.append(_view(film, size, known.get(size)))
    return views


def ready_files(session: UserSession, film: Video) -> list[SizeView]:
    views = size_views(film, sizes.sizes_of(session, [film.id]))
    return [view for view in views if view.stage == "finished"]


def _view(film: Video, size: tuple[int, int], row: Video | None) -> SizeView:
    stage, pixels = _stage(row), f"{size[0]} × {size[1]}"
    percent = round(row.progress * 100) if row else 0
    return SizeView(
        film=str(film.id),
        id=str(row.id) if row else "",
        label=MEANT_FOR.get(size, "The film"),
        stage=stage,
        facts=formatting.size(row.size_bytes or 0) if row and stage == "finished" else "",
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
    return get_storage().url(row.film_key, download_name=videos.file_name(row))


def size_list(film: Any, on_delete: Ask) -> rx.Component:
    """Of the film that the page is about."""
    return rx.el.section(rx.el.h3(KEEP), _list(film, on_delete), class_name="stack tight sizes-part")


def size_fold(film: Any, on_delete: Ask) -> rx.Component:
    """Of an earlier film, folded away."""
    return rx.el.details(
        rx.el.summary(icon("download"), KEEP),
        rx.el.div(_list(film, on_delete)),
        class_name="fold sizes-part",
    )


def downloads(files: Any) -> rx.Component:
    """Only what is ready: the share sheet is for sending."""
    return rx.foreach(
        files.to(list[SizeView]),
        lambda size: download_button(f"Download ({size.pixels}, {size.facts})", size.download),
    )


def _list(film: Any, on_delete: Ask) -> rx.Component:
    sizes_of_it = film.sizes.to(list[SizeView])
    return rx.el.ul(rx.foreach(sizes_of_it, lambda size: _size(size, on_delete)), class_name="sizes")


def _size(size: Any, on_delete: Ask) -> rx.Component:
    make = shown.enlarge(size.film)
    return rx.el.li(
        rx.match(
            size.stage,
            ("making", _making(size)),
            ("finished", _row(size, f"{size.pixels} · {size.facts}", _ready(size, on_delete))),
            (
                "failed",
                rx.fragment(
                    _row(
                        size,
                        size.pixels,
                        rx.cond(size.is_lost, rx.fragment(), button("Try again", on_click=make)),
                    ),
                    message(size.problem, kind="error"),
                ),
            ),
            _row(size, f"{size.pixels} · {NOT_MADE}", button("Make it", on_click=make)),
        ),
        announce(size.said),
        key=size.pixels,
    )


def _row(size: Any, facts: Any, answer: rx.Component) -> rx.Component:
    return rx.el.div(
        rx.el.div(rx.el.strong(size.label), rx.el.p(facts, class_name="small soft numbers")),
        answer,
        class_name="size",
    )


def _ready(size: Any, on_delete: Ask) -> rx.Component:
    return rx.el.div(
        rx.cond(
            size.is_large,
            icon_button("Delete the large file", "trash_2", on_click=on_delete(size.id)),
        ),
        download_button("Download", size.download),
        class_name="row",
    )


def _making(size: Any) -> rx.Component:
    how_far = rx.cond(size.percent > 0, f"{size.percent} %", WAITING)
    return rx.fragment(
        _row(
            size,
            f"{size.pixels} · {how_far}",
            button("Stop", kind="quiet", on_click=shown.stop_size(size.id)),
        ),
        progress(size.percent, size.label),
    )
