"""Style sheets that not every page needs: React shows a page when its sheet has come, and keeps the sheet."""

import reflex as rx

from echoes.components.scripts import script


class SignedInStyles(rx.Component):
    library = script(__name__, "signed_in_styles.jsx")
    tag = "SignedInStyles"


class OperatorsStyles(rx.Component):
    library = script(__name__, "operators_styles.jsx")
    tag = "OperatorsStyles"


def signed_in_styles() -> rx.Component:
    """assets/styles/signed_in.css."""
    component: rx.Component = SignedInStyles.create()
    return component


def operators_styles() -> rx.Component:
    """assets/styles/operators.css, behind that of the signed-in."""
    component: rx.Component = OperatorsStyles.create()
    return component
