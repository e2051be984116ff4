"""Film video player: watched for as long as one likes, whatever becomes of its signed URL meanwhile."""

import reflex as rx

from echoes.components.scripts import script
from echoes.reflex_adapter.components import field

LOGIC = script(__name__, "film_video.js")
"""Imported by film_video.jsx, beside which it must lie."""


class FilmVideo(rx.Component):
    library = script(__name__, "film_video.jsx")
    tag = "FilmVideo"

    src: rx.Var[str] = field(doc="Where the film is, from now on for a while.")
    poster: rx.Var[str] = field(doc="Its first picture.")
    label: rx.Var[str] = field(doc="What it is called, for those who listen.")
    ratio: rx.Var[str] = field(doc="Width to height, as CSS says it.")


def film_video(
    src: rx.Var[str], poster: rx.Var[str], label: rx.Var[str], ratio: rx.Var[str], key: rx.Var[str]
) -> rx.Component:
    component: rx.Component = FilmVideo.create(src=src, poster=poster, label=label, ratio=ratio, key=key)
    return component
