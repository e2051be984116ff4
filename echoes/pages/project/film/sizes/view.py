"""View of the download sizes of a film."""

from collections.abc import Callable
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
from echoes.pages.common.state import vars_of
from echoes.pages.project.film.sizes.queries import SizeViewModel
from echoes.pages.project.film.sizes.state import SizesState
from echoes.text.formatting import QUEUED

KEEP = "Keep it as a file"


NOT_MADE = "The same film, only larger. Making it takes a little while."


Ask = Callable[[Any], Any]
"""What the page does before the file with that id is deleted."""

shown = vars_of(SizesState)


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
        files.to(list[SizeViewModel]),
        lambda size: download_button(f"Download ({size.pixels}, {size.facts})", size.download),
    )


def _list(film: Any, on_delete: Ask) -> rx.Component:
    sizes_of_it = film.sizes.to(list[SizeViewModel])
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
    how_far = rx.cond(size.percent > 0, f"{size.percent}%", QUEUED)
    return rx.fragment(
        _row(
            size,
            f"{size.pixels} · {how_far}",
            button("Stop", kind="quiet", on_click=shown.stop_size(size.id)),
        ),
        progress(size.percent, size.label),
    )
