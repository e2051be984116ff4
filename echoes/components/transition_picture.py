"""Transition preview: one kind of transition between two clips' posters, as the player draws it."""

from typing import Any

import reflex as rx

from echoes.components import player  # noqa: F401 -- transition_picture.jsx imports a script of its
from echoes.components.scripts import script
from echoes.reflex_adapter.components import field


class TransitionPicture(rx.NoSSRComponent):
    library = script(__name__, "transition_picture.jsx")
    tag = "TransitionPicture"

    kind: rx.Var[str] = field(doc="A name of catalogue.transitions.")
    before: rx.Var[str] = field(doc="Poster of the earlier clip.")
    after: rx.Var[str] = field(doc="Poster of the later one.")


def transition_picture(**props: Any) -> rx.Component:
    component: rx.Component = TransitionPicture.create(**props)
    return component
