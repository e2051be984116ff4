"""Sends files by the resumable tus protocol: chosen, dropped or pasted; each shows how far it is."""

from typing import Any

import reflex as rx

from compiler.media.sound_formats import FAMILIAR, OFFERED
from echoes.components import reauthentication  # noqa: F401 -- uploads.js imports its script
from echoes.components.scripts import script
from echoes.photos import formats
from echoes.reflex_adapter.components import field

QUEUE = script(__name__, "uploads.js")
"""Imported by uploader.jsx, beside which it must lie."""

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
    multiple: rx.Var[bool] = field(default=rx.Var.create(True), doc="Whether several may be chosen at once.")


def photo_uploader(
    *tiles: Any, project: rx.Var[str], arrived: rx.Var[list[str]], largest: rx.Var[str]
) -> rx.Component:
    """`largest`: up to how much each may have."""
    component: rx.Component = Uploader.create(
        *tiles,
        project=project,
        arrived=arrived,
        kind="photo",
        accept=formats.ACCEPT,
        title="Bring your photos here",
        hint=f"Photos and scans in all common formats, up to {largest} each. You can drop or paste them too.",
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
