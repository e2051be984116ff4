"""Preview player: plays a film that has not been compiled, from the layout that the compiler renders."""

from typing import Any

import reflex as rx

from echoes.components.scripts import script
from echoes.reflex_adapter.components import field

AHEAD = script(__name__, "player_ahead.js")
ENGINE = script(__name__, "player_engine.js")
LAYER = script(__name__, "player_layer.js")
LIMITER = script(__name__, "player_limiter.js")
LOADER = script(__name__, "player_loader.js")
PLACES = script(__name__, "player_places.js")
POOL = script(__name__, "player_pool.js")
SEGMENTS = script(__name__, "player_segments.jsx")
SOUND = script(__name__, "player_sound.js")
SOURCES = script(__name__, "player_sources.js")
STAGE = script(__name__, "player_stage.js")
TRANSITIONS = script(__name__, "player_transitions.js")
"""Imported by player.jsx, beside which they must lie."""


class FilmPlayer(rx.NoSSRComponent):
    library = script(__name__, "player.jsx")
    tag = "FilmPlayer"

    film: rx.Var[dict[str, Any]] = field(doc="compiler.timeline.layout.Layout as JSON.")
    clips: rx.Var[dict[str, dict[str, str]]] = field(
        doc="src, light (may be empty) and poster of each clip, by the film's name for it."
    )
    audio: rx.Var[dict[str, Any]] = field(
        doc="files: where each sound is, by name; sounds: compiler.timeline.playback.PlayedSound as JSON."
    )
    words: rx.Var[list[dict[str, str]]] = field(
        doc="src and ground of each shot's words, and its mark, in the film's order; empty for none."
    )
    ratio: rx.Var[str] = field(doc="Width to height, as CSS says it.")
    jump: rx.Var[Any] = field(
        doc="time in seconds and number of a jump: with a new number the film goes there."
    )


def film_player(**props: Any) -> rx.Component:
    component: rx.Component = FilmPlayer.create(**props)
    return component
