"""Clip video, click to play: until it is tapped only its poster is fetched."""

import reflex as rx

from echoes.components.scripts import script
from echoes.reflex_adapter.components import field


class ClipVideo(rx.Component):
    library = script(__name__, "clip_video.jsx")
    tag = "ClipVideo"

    src: rx.Var[str] = field(doc="The clip.")
    poster: rx.Var[str] = field(doc="Its first picture.")
    label: rx.Var[str] = field(doc="What it shows, for those who listen.")
    begins: rx.Var[bool] = field(
        default=rx.Var.create(False), doc="Whether it plays by itself, where people do not mind movement."
    )


def clip_video(
    src: rx.Var[str], poster: rx.Var[str], label: str | rx.Var[str], begins: bool | rx.Var[bool] = False
) -> rx.Component:
    component: rx.Component = ClipVideo.create(src=src, poster=poster, label=label, begins=begins)
    return component
