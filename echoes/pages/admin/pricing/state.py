"""/admin/terms: packs, rewards, and the rule for pictures that a provider refuses."""

from typing import Any, ClassVar

import reflex as rx
from reflex.event import EventSpec
from reflex_components_core.react_router import link as router_link

from echoes.admin import pricing
from echoes.admin.pricing import Outdated
from echoes.components.design import badge, button, card, text_input
from echoes.components.design import field as form_field
from echoes.components.dialog import actions
from echoes.errors import BadInput
from echoes.operator_settings import Configured, Moderation, Rewards
from echoes.pages.admin.common import AdminState, Section, admin_page
from echoes.pages.admin.pricing.queries import VERSIONED, PackView, VersionView, facts_of, terms_view
from echoes.pages.common.shell import sheet
from echoes.pages.common.state import text_of, uuid_of, vars_of

NEW = "new"
REWARDS = (
    ("sign_up", "At sign-up"),
    ("sign_up_locally", "At sign-up, in local mode"),
    ("referral_friend", "To a friend, at the first purchase"),
    ("referral_referrer", "To the one who invited them"),
    ("referral_cap", "Friends that are rewarded for, at most"),
    ("share", "When a shared film is first watched"),
    ("share_cap", "Films that are rewarded for, at most"),
)


class TermsState(Section, AdminState):
    RENEWAL: ClassVar[float] = 3600.0  # Nobody's fields change under their hands.

    packs: list[PackView] = []
    versions: list[VersionView] = []
    rewards: dict[str, int] = {}
    refunds_per_day: int = 0
    newest: dict[str, int] = {}
    editing: PackView = PackView()

    def _begin(self) -> None:
        super()._begin()
        self.editing = PackView()

    async def _refresh(self) -> None:
        found = await self._inspect(terms_view)
        self._show(
            packs=found.packs, versions=found.versions, rewards=found.rewards,
            refunds_per_day=found.refunds_per_day, newest=found.newest,
        )  # fmt: skip

    @rx.event
    def edit(self, pack_id: str) -> None:
        known = {pack.id: pack for pack in self.packs}
        self.editing, self.notice = known.get(str(pack_id), PackView(id=NEW)), ""

    @rx.event
    def leave_it(self) -> None:
        self.editing, self.notice = PackView(), ""

    @rx.event
    async def save_pack(self, form: dict[str, Any]) -> EventSpec | None:
        names = ("title", "credits", "price_cents", "position", "stripe_price_id")
        values: dict[str, Any] = {name: text_of(form, name) for name in names}
        values["is_offered"] = bool(form.get("is_offered"))
        pack_id = None if self.editing.id == NEW else uuid_of(self.editing.id)
        shown_before = facts_of(self.editing) if pack_id else None
        try:
            await self._operate(pricing.save_pack, pack_id, values, shown_before)
        except Outdated as error:
            await self._fill()
            self.editing = next((pack for pack in self.packs if pack.id == self.editing.id), PackView())
            return vars_of(TermsState).tell(error.sentence)
        self.editing = PackView()
        await self._fill()
        return None

    @rx.event
    async def save_rewards(self, form: dict[str, str]) -> EventSpec:
        changes = {name: text_of(form, name) for name, _ in REWARDS}
        return await self._change(Rewards, changes, text_of(form, "note"), "The rewards are changed")

    @rx.event
    async def save_moderation(self, form: dict[str, str]) -> EventSpec:
        changes = {"refunds_per_day": text_of(form, "refunds_per_day")}
        return await self._change(Moderation, changes, "", "The rule is changed")

    async def _change(
        self, kind: type[Configured], changes: dict[str, str], note: str, done: str
    ) -> EventSpec:
        """When somebody was quicker, the fields that they changed show it, and the others keep what was
        written."""
        sentence = f"{done}, for everything that happens from now on."
        try:
            await self._operate(pricing.change, kind, changes, note, self.newest.get(kind.name, 0))
        except Outdated as error:
            sentence = error.sentence
        await self._fill()
        return vars_of(TermsState).tell(sentence)

    @rx.event
    async def go_back(self, kind: str, number: int) -> EventSpec:
        if kind not in VERSIONED or not isinstance(number, int):
            raise BadInput("There is no such version.")
        await self._operate(pricing.go_back, VERSIONED[kind], number)
        await self._fill()
        return vars_of(TermsState).tell("That version is used again, as a new one.")


shown = vars_of(TermsState)


def terms_page() -> rx.Component:
    return admin_page(
        "terms",
        "Packs and rewards",
        rx.el.section(
            rx.el.div(
                rx.el.h2("Packs"),
                button("Add a pack", icon_name="plus", on_click=shown.edit(NEW)),
                class_name="row between",
            ),
            rx.el.ul(rx.foreach(shown.packs, _drawn), class_name="tiles packs-edited"),
            class_name="stack",
        ),
        card(
            rx.el.h2("Rewards, in credits"),
            rx.el.form(
                rx.el.div(
                    *[_number(label, name, shown.rewards[name]) for name, label in REWARDS],
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
                "The provider charges us for a refused picture as for a good one. So many a day are given"
                " back to a person; after that they are told so beforehand.",
                class_name="soft",
            ),
            rx.el.form(
                _number("Given back per person and day", "refunds_per_day", shown.refunds_per_day),
                button("Save the rule", type="submit"),
                on_submit=shown.save_moderation,
                class_name="stack",
            ),
        ),
        _history(),
        _editor(),
    )


def _history() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Versions"),
        rx.el.p(
            "Of the rewards and of the rule. What was changed of packs stands in the ",
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


def _number(label: str, name: str, value: Any) -> rx.Component:
    entry = rx.el.input(
        id=name,
        name=name,
        type="number",
        min="0",
        step="1",
        required=True,
        default_value=value,
        key=f"{name}-{value}",
        class_name="input",
    )
    return form_field(label, entry, name)


def _title(pack: Any) -> rx.Component:
    return text_input("title", default_value=pack.title, required=True, max_length=60, key=pack.title)


def _editor() -> rx.Component:
    pack = shown.editing
    return sheet(
        rx.el.form(
            form_field("Title", _title(pack), "title"),
            _number("Credits", "credits", pack.credits),
            _number("Price in cents", "price_cents", pack.price_cents),
            _number("Place in the row", "position", pack.position),
            form_field(
                "Stripe price id",
                text_input("stripe_price_id", default_value=pack.stripe_price_id, key=pack.stripe_price_id),
                "stripe_price_id",
                "Leave it empty, and Stripe is told the price itself.",
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
                button("Leave it", on_click=shown.leave_it),
                button("Save the pack", kind="primary", type="submit"),
            ),
            on_submit=shown.save_pack,
            class_name="stack",
        ),
        title=rx.cond(pack.id == NEW, "A new pack", "Change this pack"),
        is_open=pack.id != "",
        on_close=shown.leave_it,
    )
