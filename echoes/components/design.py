"""The design system: every part that pages are made of. Its colours and sizes are assets/styles/tokens.css.

Warm, quiet, confident: photographs are the colour, the interface steps back. Each page has at most one
`primary` button, and it is the thing to do next. Whatever can be touched is at least 44 px high.
"""

from typing import Any, Literal

import reflex as rx

from echoes.reflex_adapter.components import Element, router_link

ButtonKind = Literal["primary", "second", "quiet", "danger", "danger solid"]
MessageKind = Literal["info", "good", "error"]
Text = str | rx.Var[str]

ICON_SIZE = 20


def icon(name: str, size: int = ICON_SIZE) -> rx.Component:
    """A line drawing beside words, never instead of them for a screen reader."""
    return rx.icon(name, size=size, stroke_width=1.75, custom_attrs={"aria-hidden": "true"})


def button(
    label: Text,
    *,
    kind: ButtonKind = "second",
    icon_name: str | None = None,
    busy: bool | rx.Var[bool] = False,
    disabled: bool | rx.Var[bool] = False,
    **props: Any,
) -> rx.Component:
    """`busy` shows that the press was heard; the button cannot be pressed again meanwhile."""
    return rx.el.button(
        *([icon(icon_name)] if icon_name else []),
        label,
        type=props.pop("type", "button"),
        class_name=f"button {kind} {props.pop('class_name', '')}".strip(),
        disabled=busy | disabled if isinstance(busy, rx.Var) else disabled,
        custom_attrs={"aria-busy": busy} | props.pop("custom_attrs", {}),
        **props,
    )


def icon_button(label: Text, icon_name: str, **props: Any) -> rx.Component:
    """Only a drawing to see; its label is read aloud and shown as a hint."""
    return rx.el.button(
        icon(icon_name),
        type=props.pop("type", "button"),
        class_name=f"button quiet round {props.pop('class_name', '')}".strip(),
        title=label,
        custom_attrs={"aria-label": label} | props.pop("custom_attrs", {}),
        **props,
    )


def link_button(label: Text, to: Text, *, kind: ButtonKind = "second", **props: Any) -> rx.Component:
    """Goes to another page of the app without loading it anew."""
    icon_name = props.pop("icon_name", None)
    return router_link(
        *([icon(icon_name)] if icon_name else []),
        label,
        to=to,
        class_name=f"button {kind} {props.pop('class_name', '')}".strip(),
        **props,
    )


def download_button(label: Text, address: Text, *, kind: ButtonKind = "second") -> rx.Component:
    """The server names the file: the address says how.

    Reflex makes a router's link of every anchor; this one has to leave the app and ask the server.
    """
    return rx.el.a(
        icon("download"),
        label,
        href=address,
        class_name=f"button {kind}",
        download=True,
        custom_attrs={"reloadDocument": True},
    )


def card(*children: Any, padded: bool = True, **props: Any) -> rx.Component:
    class_name = f"card{' padded' if padded else ''} {props.pop('class_name', '')}".strip()
    return rx.el.div(*children, class_name=class_name, **props)


def badge(label: Text, *, icon_name: str | None = None, good: bool = False) -> rx.Component:
    drawing = [icon(icon_name, 16)] if icon_name else []
    return rx.el.span(*drawing, label, class_name="badge good" if good else "badge")


def message(*children: Any, kind: MessageKind = "info", **props: Any) -> rx.Component:
    """A sentence that stays on the page. An error is announced when it appears."""
    drawings = {"info": "info", "good": "circle_check", "error": "circle_alert"}
    return rx.el.div(
        icon(drawings[kind]),
        rx.el.div(*children, class_name="stack tight"),
        class_name=f"message {kind} {props.pop('class_name', '')}".strip(),
        role="alert" if kind == "error" else "note",
        **props,
    )


def empty_state(icon_name: str, title: Text, sentence: Text, *actions: Any) -> rx.Component:
    """Nothing here yet: what will be here, and what to do for it."""
    return rx.el.div(
        rx.el.div(icon(icon_name, 30), class_name="glyph"),
        rx.el.h2(title),
        rx.el.p(sentence, class_name="soft"),
        *actions,
        class_name="empty",
    )


def progress(percent: Any, label: Text) -> rx.Component:
    """How far something is. Below one percent it has not begun, and the bar only says that we wait."""
    return rx.el.div(
        rx.el.span(style={"width": rx.cond(percent > 0, f"{percent}%", "30%")}),
        class_name=rx.cond(percent > 0, "progress", "progress waiting"),
        role="progressbar",
        custom_attrs={
            "aria-label": label,
            "aria-valuemin": 0,
            "aria-valuemax": 100,
            "aria-valuenow": percent,
        },
    )


def field(label: str, control: rx.Component, name: str, hint: Text = "") -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=name),
        control,
        *(
            [rx.el.p(hint, class_name="small soft", id=f"{name}-hint")]
            if isinstance(hint, rx.Var) or hint
            else []
        ),
        class_name="field",
    )


def text_input(name: str, **props: Any) -> rx.Component:
    return rx.el.input(id=name, name=name, type="text", dir="auto", class_name="input", **props)


def choice(label: Text, chosen: rx.Var[bool], *children: Any, **props: Any) -> rx.Component:
    """One of several, in a `choices` group: pressed means chosen."""
    return rx.el.button(
        *children,
        label,
        type="button",
        class_name=f"choice {props.pop('class_name', '')}".strip(),
        custom_attrs={"aria-pressed": chosen} | props.pop("custom_attrs", {}),
        **props,
    )


def choices(label: str, *options: Any, **props: Any) -> rx.Component:
    return rx.el.div(
        *options,
        role="group",
        class_name=f"choices {props.pop('class_name', '')}".strip(),
        custom_attrs={"aria-label": label},
        **props,
    )


def skeleton(height: str, width: str = "100%") -> rx.Component:
    return rx.el.div(class_name="skeleton", style={"height": height, "width": width})


def skeleton_grid(count: int, class_name: str, height: str = "auto") -> rx.Component:
    """The shape of what is coming, while it is being fetched."""
    return rx.el.div(
        rx.el.span("Loading…", class_name="visually-hidden", role="status"),
        *[rx.el.div(class_name="skeleton tile", style={"height": height}) for _ in range(count)],
        class_name=class_name,
    )


def announce(sentence: Text) -> rx.Component:
    """Read aloud when it changes, and not seen: progress and outcomes for those who listen."""
    return rx.el.div(
        sentence, class_name="visually-hidden", role="status", custom_attrs={"aria-live": "polite"}
    )


class PostForm(Element):  # type: ignore[misc]
    """A form that the browser itself sends: only a response to it can set an HttpOnly cookie."""

    tag = "form"

    action: rx.Var[str]
    method: rx.Var[str] = rx.Var.create("post")


post_form = PostForm.create
