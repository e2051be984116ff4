"""A button that plays a track to try it; one sounds at a time, and never beside the player."""

import reflex as rx
from reflex_base.components.component import field

from echoes.components.scripts import script


class AudioPreview(rx.Component):
    library = script(__name__, "sound_sample.jsx")
    tag = "AudioPreview"

    src: rx.Var[str] = field(doc="The track.")
    title: rx.Var[str] = field(doc="What it is called.")


def audio_preview(src: rx.Var[str], title: rx.Var[str]) -> rx.Component:
    component: rx.Component = AudioPreview.create(src=src, title=title)
    return component
