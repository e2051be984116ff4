"""Renderer administration: films compiled, and clips conformed, in AWS Lambda or by the workers."""

from dataclasses import dataclass

from sqlmodel import Session

from echoes import operator_settings
from echoes.admin import pricing
from echoes.admin.audit import Operator
from echoes.errors import BadInput
from echoes.operator_settings import Rendering
from echoes.processes.aws_lambda.setup import is_in_lambda
from echoes.settings import get_settings

TITLES = {"films": "Films", "clips": "Clips that were delivered in another form"}


@dataclass(frozen=True, slots=True)
class RenderedWork:
    """One kind of work that either of the two may do."""

    name: str
    title: str
    is_in_lambda: bool


def overview(session: Session) -> list[RenderedWork]:
    """Nothing where there is no function to choose."""
    if get_settings().renderer != "lambda":
        return []
    configured = operator_settings.read(session, Rendering)
    return [
        RenderedWork(name, title, is_in_lambda(name, configured, get_settings()))
        for name, title in TITLES.items()
    ]


def switch(session: Session, operator: Operator, name: str, in_lambda: bool) -> None:
    """For what is begun from now on: what is under way stays where it is."""
    if get_settings().renderer != "lambda":
        raise BadInput("There is no function in AWS Lambda here, so the workers make everything.")
    if name not in TITLES:
        raise BadInput("This is nothing that Lambda or workers make.")
    changes = {name: "lambda" if in_lambda else "machine"}
    where = "in AWS Lambda" if in_lambda else "by the workers"
    pricing.change(session, operator, Rendering, changes, f"{TITLES[name]} {where}")
