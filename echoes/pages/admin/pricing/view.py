"""View of the pricing page."""

from typing import Any

import reflex as rx

from echoes.components.design import badge, button, card, message, text_input
from echoes.components.design import field as form_field
from echoes.components.dialog import actions
from echoes.pages.admin.common.view import admin_page, number_field
from echoes.pages.admin.pricing.state import NEW, REWARDS, PricingState
from echoes.pages.common.shell import sheet
from echoes.pages.common.state import vars_of
from echoes.reflex_adapter.components import router_link

shown = vars_of(PricingState)


def pricing_page() -> rx.Component:
    return admin_page(
        "terms",
        "Packs and rewards",
        rx.cond(
            shown.has_shop,
            _packs(),
            message("Nothing is sold here (ECHOES_PAYMENTS), so packs are not offered."),
        ),
        card(
            rx.el.h2("Rewards, in credits"),
            rx.el.form(
                rx.el.div(
                    *[number_field(label, name, shown.rewards[name]) for name, label in REWARDS],
                    class_name="fields",
                ),
                form_field("Why (kept with the version)", text_input("note", max_length=200), "note"),
                button("Save the rewards", type="submit"),
                on_submit=shown.save_rewards,
                class_name="stack",
            ),
        ),
        card(
            rx.el.h2("Pictures that a provider refuses"),
            rx.el.p(
                "The provider charges us for a refused picture as it does for a good one. A person gets this"
                " many refunds a day; after that, they are told beforehand.",
                class_name="soft",
            ),
            rx.el.form(
                number_field("Refunds per person per day", "refunds_per_day", shown.refunds_per_day),
                button("Save the rule", type="submit"),
                on_submit=shown.save_moderation,
                class_name="stack",
            ),
        ),
        _history(),
        _editor(),
    )


def _packs() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Packs"),
            button("Add a pack", icon_name="plus", on_click=shown.edit(NEW)),
            class_name="row between",
        ),
        rx.el.ul(rx.foreach(shown.packs, _drawn), class_name="tiles packs-edited"),
        class_name="stack",
    )


def _history() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Versions"),
        rx.el.p(
            "Of the rewards and the rule. Changes to packs are in the ",
            router_link("audit log", to="/admin/log"), ".", class_name="small soft",
        ),
        rx.el.ol(rx.foreach(shown.versions, _version), class_name="job-log"),
        class_name="stack",
    )  # fmt: skip


def _version(version: Any) -> rx.Component:
    again = button("Use it again", kind="quiet", on_click=shown.go_back(version.kind, version.number))
    return rx.el.li(
        rx.el.div(
            rx.el.strong(f"{version.kind}, version {version.number}"),
            rx.el.span(version.who, class_name="small soft"),
            rx.cond(version.is_current, badge("in use", good=True), again),
            class_name="row",
        ),
        rx.el.p(version.change, class_name="small numbers"),
        rx.cond(version.note != "", rx.el.p(version.note, class_name="small soft")),
        key=f"{version.kind}-{version.number}",
    )


def _drawn(pack: Any) -> rx.Component:
    return rx.el.li(
        card(
            rx.el.strong(pack.title),
            rx.el.span(pack.price, class_name="small numbers"),
            rx.cond(pack.is_offered, badge("offered", good=True), badge("withdrawn")),
            button("Change", kind="quiet", on_click=shown.edit(pack.id)),
            class_name="stack tight",
        ),
        key=pack.id,
    )


def _title(pack: Any) -> rx.Component:
    return text_input("title", default_value=pack.title, required=True, max_length=60, key=pack.title)


def _editor() -> rx.Component:
    pack = shown.editing
    return sheet(
        rx.el.form(
            form_field("Title", _title(pack), "title"),
            number_field("Credits", "credits", pack.credits),
            number_field("Price in cents", "price_cents", pack.price_cents),
            number_field("Position", "position", pack.position),
            form_field(
                "Stripe price id",
                text_input("stripe_price_id", default_value=pack.stripe_price_id, key=pack.stripe_price_id),
                "stripe_price_id",
                "If left empty, Stripe is told the price itself.",
            ),
            rx.el.label(
                rx.el.input(
                    type="checkbox",
                    name="is_offered",
                    default_checked=pack.is_offered,
                    key=pack.is_offered.to_string(),
                ),
                "Offered on the page",
                class_name="row check",
            ),
            actions(
                button("Cancel", on_click=shown.leave_it),
                button("Save the pack", kind="primary", type="submit"),
            ),
            on_submit=shown.save_pack,
            class_name="stack",
        ),
        title=rx.cond(pack.id == NEW, "A new pack", "Change this pack"),
        is_open=pack.id != "",
        on_close=shown.leave_it,
    )
