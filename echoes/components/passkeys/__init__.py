"""Passkeys in the browser: WebAuthn ceremonies, which only scripts can begin (`navigator.credentials`)."""

from typing import Any

import reflex as rx

from echoes.components import reauthentication  # noqa: F401 -- passkey_form.jsx imports its script
from echoes.components.design import ButtonKind
from echoes.components.scripts import script
from echoes.reflex_adapter.components import field

SCRIPTS = [script(__name__, name) for name in ("ceremony.js", "suggestions.js")]
"""Imported by passkey_form.jsx, beside which they must lie."""
BESIDE_A_FIELD = "username webauthn"
"""The `autocomplete` of a field that says who one is: browsers offer passkeys among its suggestions."""
SIGN_IN, SIGN_UP, ADD = (f"/auth/passkey/{way}" for way in ("sign-in", "sign-up", "add"))


def _nothing() -> tuple[()]:
    return ()


class PasskeyForm(rx.NoSSRComponent):
    library = script(__name__, "passkey_form.jsx")
    tag = "PasskeyForm"

    action: rx.Var[str] = field(doc="The route that ends the ceremony; its options come from below it.")
    label: rx.Var[str] = field(doc="What the button says.")
    kind: rx.Var[str] = field(doc="How the button looks.")

    on_end: rx.EventHandler[_nothing] = field(doc="It was done, or refused by the server.")  # type: ignore[type-arg, valid-type]


def passkey_form(*fields: Any, action: str, label: str, kind: ButtonKind, **props: Any) -> rx.Component:
    component: rx.Component = PasskeyForm.create(*fields, action=action, label=label, kind=kind, **props)
    return component
