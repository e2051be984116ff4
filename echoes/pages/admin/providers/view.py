"""View of the clip providers page."""

from typing import Any

import reflex as rx

from echoes.components.design import badge, button, card, message
from echoes.components.dialog import actions
from echoes.pages.admin.common.view import section_page
from echoes.pages.admin.providers.queries import ProviderModelViewModel
from echoes.pages.admin.providers.state import ProvidersState
from echoes.pages.common.shell import sheet
from echoes.pages.common.state import vars_of

GONE = "No new clips can be made: the provider in use cannot be loaded. Choose another one."

shown = vars_of(ProvidersState)


def providers_page() -> rx.Component:
    return section_page(
        "providers",
        rx.el.p(
            "Switching affects new clips only. Clips under way stay with their provider.", class_name="soft"
        ),
        rx.cond(
            shown.is_anyone_active,
            rx.fragment(),
            message(GONE, kind="error"),
        ),
        rx.foreach(shown.known, _provider),
        rx.cond(shown.rendering.length() > 0, _rendering(), rx.fragment()),
        _trying(),
    )


def _rendering() -> rx.Component:
    return card(
        rx.el.h2("AWS Lambda or workers"),
        rx.el.p("Work under way stays where it is.", class_name="small soft"),
        rx.el.ul(rx.foreach(shown.rendering, _rendered_work), class_name="models"),
        class_name="stack",
    )


def _rendered_work(work: Any) -> rx.Component:
    return rx.el.li(
        rx.el.strong(work.title),
        rx.cond(work.is_in_lambda, badge("in AWS Lambda", good=True), badge("by the workers", good=True)),
        button(
            rx.cond(work.is_in_lambda, "Let workers make them", "Make them in Lambda"),
            on_click=shown.set_renderer(work.name, ~work.is_in_lambda),
        ),
        class_name="row model",
        key=work.name,
    )


def _trying() -> rx.Component:
    return sheet(
        rx.el.p(
            "One clip from a sample picture, at our expense: a provider that charges will charge us for it."
        ),
        actions(
            button("Go back", on_click=shown.leave_it),
            button("Make the clip", kind="primary", on_click=shown.try_out),
        ),
        title="Make a test clip?",
        is_open=shown.trying[0] != "",
        on_close=shown.leave_it,
    )


def _provider(known: Any) -> rx.Component:
    return card(
        rx.el.div(
            rx.el.h2(known.title),
            rx.cond(known.is_active, badge("makes new clips", good=True)),
            class_name="row",
        ),
        rx.el.p(known.health, class_name="small soft"),
        rx.el.p(
            "Our account: ",
            rx.cond(shown.accounts[known.name], shown.accounts[known.name], "asking…"),
            class_name="small",
        ),
        rx.el.ul(
            rx.foreach(known.models.to(list[ProviderModelViewModel]), lambda model: _model(known, model)),
            class_name="models",
        ),
        _terms(known),
        class_name="stack",
        key=known.name,
    )


def _model(known: Any, model: Any) -> rx.Component:
    return rx.el.li(
        rx.el.strong(model.title),
        rx.el.span(model.terms, class_name="small numbers grow"),
        rx.el.span(
            rx.cond(
                model.is_active,
                badge("in use", good=True),
                button("Use it", on_click=shown.use(known.name, model.name)),
            ),
            button("Try it", kind="quiet", on_click=shown.ask(known.name, model.name)),
            class_name="row",
        ),
        class_name="row model",
        key=model.name,
    )


def _terms(known: Any) -> rx.Component:
    return rx.el.details(
        rx.el.summary("Prices and limits"),
        rx.el.form(
            rx.el.div(
                rx.foreach(known.models.to(list[ProviderModelViewModel]), _price),
                _entry("At once", "concurrency", known.concurrency),
                _entry("Per day", "daily", known.daily),
                _entry("Cents per provider credit", "cents", known.cents),
                class_name="fields",
            ),
            rx.el.p("If left empty, the provider’s own value is used.", class_name="small soft"),
            button("Save", type="submit"),
            on_submit=shown.set_terms(known.name),
            class_name="stack",
        ),
        class_name="fold",
    )


def _price(model: Any) -> rx.Component:
    return _labelled(
        model.title,
        rx.el.input(
            name=f"price/{model.name}", type="number", min="0", default_value=model.price, class_name="input"
        ),
    )


def _entry(label: str, name: str, value: Any) -> rx.Component:
    entry = rx.el.input(
        name=name, type="text", dir="auto", input_mode="decimal", default_value=value, class_name="input"
    )
    return _labelled(label, entry)


def _labelled(label: Any, entry: rx.Component) -> rx.Component:
    """Around its entry, because each provider's card has the same entries."""
    return rx.el.label(rx.el.span(label), entry, class_name="field")
