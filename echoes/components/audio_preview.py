"""Audio preview button: plays a track to try it; one sounds at a time, and never beside the player."""

import reflex as rx

from echoes.components.scripts import script
from echoes.reflex_adapter.components import field


class AudioPreview(rx.Component):
    library = script(__name__, "audio_preview.jsx")
    tag = "AudioPreview"

    src: rx.Var[str] = field(doc="The track.")
    title: rx.Var[str] = field(
        doc="What it is called, isolated (echoes.text.isolation): it stands in sentences."
    )


def audio_preview(src: rx.Var[str], title: rx.Var[str] | str) -> rx.Component:
    component: rx.Component = AudioPreview.create(src=src, title=title)
    return component
