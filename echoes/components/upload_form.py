"""Upload form that the browser itself sends, once: while it is on its way, its button is busy."""

from typing import Any

import reflex as rx

from echoes.components.scripts import script
from echoes.reflex_adapter.components import field


class UploadForm(rx.Component):
    library = script(__name__, "upload_form.jsx")
    tag = "UploadForm"

    action: rx.Var[str] = field(doc="Where it is sent to.")


def upload_form(*children: Any, action: str, **props: Any) -> rx.Component:
    component: rx.Component = UploadForm.create(*children, action=action, **props)
    return component
