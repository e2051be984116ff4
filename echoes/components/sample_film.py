"""Sample film of the landing page: its poster, then the film, muted and inline, with sound after a tap."""

import reflex as rx

from echoes.components.scripts import script
from echoes.reflex_adapter.components import field

FOLDER = "/sample"
"""Made by `python -m scripts.sample_film`."""
POSTERS = ", ".join(f"{FOLDER}/poster-{width}.avif {width}w" for width in (672, 854))
PRINTS = ("balloons", "stars")
"""Pictures that the film was made of."""


class SampleFilm(rx.Component):
    """Its children stand below it. It begins by itself, except where less motion or less data is wanted."""

    library = script(__name__, "sample_film.jsx")
    tag = "SampleFilm"

    src: rx.Var[str] = field(doc="The film.")
    poster: rx.Var[str] = field(doc="A still of it, for every browser.")
    posters: rx.Var[str] = field(doc="The same in AVIF, as a srcset.")
    label: rx.Var[str] = field(doc="What it shows, for those who do not see it.")


def sample_film(*below: rx.Component, label: str) -> rx.Component:
    component: rx.Component = SampleFilm.create(
        *below, src=f"{FOLDER}/film.mp4", poster=f"{FOLDER}/poster.webp", posters=POSTERS, label=label
    )
    return component
