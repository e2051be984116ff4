"""E-mail address field of a form."""

from typing import Any

import reflex as rx

from echoes.components.design import field
from echoes.mail.addresses import LONGEST


def email_field(hint: str, *, auto_complete: Any = "email", **props: Any) -> rx.Component:
    """`props` are the input's own, such as what stands in it."""
    return field(
        "Your e-mail address",
        rx.el.input(
            id="email",
            name="email",
            type="email",
            required=True,
            max_length=LONGEST,
            auto_complete=auto_complete,
            class_name="input",
            custom_attrs={"aria-describedby": "email-hint"},
            **props,
        ),
        "email",
        hint=hint,
    )
