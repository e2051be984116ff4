"""A skip link: moves the focus past the bars to the page's main content, and leaves the address as it is."""

import reflex as rx

from echoes.components.scripts import script
from echoes.reflex_adapter.components import field


class SkipLink(rx.Component):
    library = script(__name__, "skip_link.jsx")
    tag = "SkipLink"

    label: rx.Var[str] = field(doc="What it says.")


def skip_link(label: str) -> rx.Component:
    component: rx.Component = SkipLink.create(label=label)
    return component
