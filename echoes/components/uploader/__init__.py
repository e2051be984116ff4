"""Sends files by the resumable tus protocol: chosen, dropped or pasted; each shows how far it is."""

from typing import Any

import reflex as rx

from compiler.media.sound_formats import FAMILIAR, OFFERED
from echoes.components import isolation, reauthentication  # noqa: F401 -- our scripts import theirs
from echoes.components.scripts import script
from echoes.photos import formats
from echoes.reflex_adapter.components import field

SCRIPTS = [
    script(__name__, name)
    for name in (
        "upload_tile.jsx", "smaller_note.jsx", "queue.js", "states.js", "transfer.js", "chunk_sizes.js",
        "line_speed.js", "smaller_photos.js", "photo_worker.js", "image_headers.js", "jpeg_headers.js",
        "kept_size.js", "exif.js", "colour_profiles.js",
    )
]  # fmt: skip
"""Imported by uploader.jsx, beside which they must lie."""

MUSIC_TYPES = ",".join(OFFERED)


class Uploader(rx.NoSSRComponent):
    """Its children are the tiles of what has arrived; files on their way stand after them."""

    library = script(__name__, "uploader.jsx")
    tag = "Uploader"
    lib_dependencies: list[str] = ["tus-js-client@4.3.1"]

    project: rx.Var[str] = field(doc="The project that the files belong to.")
    kind: rx.Var[str] = field(doc="photo or music.")
    accept: rx.Var[str] = field(doc="What the file chooser offers.")
    arrived: rx.Var[list[str]] = field(doc="Ids of what has arrived: their tiles make way for the children.")
    title: rx.Var[str] = field(doc="What the empty field says.")
    hint: rx.Var[str] = field(doc="What may be sent.")
    choose: rx.Var[str] = field(doc="The button that opens the file chooser.")
    longest_side: rx.Var[int] = field(
        default=rx.Var.create(0), doc="Pixels on the longer side of photos as they are kept."
    )
    multiple: rx.Var[bool] = field(default=rx.Var.create(True), doc="Whether several may be chosen at once.")


def photo_uploader(
    *tiles: Any,
    project: rx.Var[str],
    arrived: rx.Var[list[str]],
    largest: rx.Var[str],
    longest_side: rx.Var[int],
) -> rx.Component:
    """`largest`: up to how much each may have; `longest_side`: of photos as they are kept, in pixels."""
    component: rx.Component = Uploader.create(
        *tiles,
        project=project,
        arrived=arrived,
        longest_side=longest_side,
        kind="photo",
        accept=formats.ACCEPT,
        title="First, your photos",
        hint="Ten to thirty make a good film; even three are enough. Photos and scans in all common formats,"
        f" up to {largest} each. You can drop or paste them too.",
        choose="Choose photos",
    )
    return component


def music_uploader(*, project: rx.Var[str], arrived: rx.Var[list[str]], largest: rx.Var[str]) -> rx.Component:
    component: rx.Component = Uploader.create(
        project=project,
        arrived=arrived,
        kind="music",
        accept=MUSIC_TYPES,
        title="",
        hint=f"{FAMILIAR} and most others, or a video for its sound; up to {largest}.",
        choose="Add your own music",
        multiple=False,
    )
    return component
