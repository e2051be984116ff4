"""Web Share, clipboard and date inputs: what the browser itself does for sharing."""

import reflex as rx

from echoes.components.scripts import script
from echoes.reflex_adapter.components import field

COPY_BUTTON = script(__name__, "copy_button.jsx")


class CopyButton(rx.Component):
    library = COPY_BUTTON
    tag = "CopyButton"

    text: rx.Var[str] = field(doc="What is copied.")
    label: rx.Var[str] = field(doc="What the button says.")


class ShareTools(rx.Component):
    library = script(__name__, "share_tools.jsx")
    tag = "ShareTools"

    address: rx.Var[str] = field(doc="Where the film is.")
    title: rx.Var[str] = field(doc="What it is called.")


class MomentInput(rx.Component):
    library = script(__name__, "moment_input.jsx")
    tag = "MomentInput"

    name: rx.Var[str] = field(doc="The form's field; it holds an ISO moment, or nothing.")
    moment: rx.Var[str] = field(doc="What it begins with, in the same form.")
    label: rx.Var[str] = field(doc="What it asks for.")


def copy_button(text: str | rx.Var[str], label: str) -> rx.Component:
    component: rx.Component = CopyButton.create(text=text, label=label)
    return component


def share_tools(address: rx.Var[str], title: rx.Var[str]) -> rx.Component:
    component: rx.Component = ShareTools.create(address=address, title=title)
    return component


def moment_input(name: str, moment: rx.Var[str], label: str) -> rx.Component:
    component: rx.Component = MomentInput.create(name=name, moment=moment, label=label)
    return component
