"""State of the pricing page (`/admin/terms`): packs, rewards, and the rule for pictures that a provider
refuses.
"""

from typing import Any, ClassVar

import reflex as rx
from reflex.event import EventSpec

from echoes.admin import pricing
from echoes.admin.pricing import Outdated
from echoes.errors import BadInput
from echoes.operator_settings import Configured, Moderation, Rewards
from echoes.pages.admin.common.state import AdminPageState, AdminState
from echoes.pages.admin.pricing.queries import (
    VERSIONED,
    OfferedPackViewModel,
    PricingVersionViewModel,
    facts_of,
    read_pricing,
)
from echoes.pages.common.state import text_of, uuid_of, vars_of

NEW = "new"
REWARDS = (
    ("sign_up", "At sign-up"),
    ("sign_up_locally", "At sign-up, in local mode"),
    ("referral_friend", "To a friend, on their first purchase"),
    ("referral_referrer", "To the person who invited them"),
    ("referral_cap", "Most friends rewarded per person"),
    ("share", "When a shared film is first watched"),
    ("share_cap", "Most films rewarded per person"),
)


class PricingState(AdminPageState, AdminState):
    RENEWAL: ClassVar[float] = 3600.0  # Nobody's fields change under their hands.

    packs: list[OfferedPackViewModel] = []
    versions: list[PricingVersionViewModel] = []
    rewards: dict[str, int] = {}
    refunds_per_day: int = 0
    newest: dict[str, int] = {}
    editing: OfferedPackViewModel = OfferedPackViewModel()

    def _begin(self) -> None:
        super()._begin()
        self.editing = OfferedPackViewModel()

    async def _refresh(self) -> None:
        found = await self._inspect(read_pricing)
        self._show(
            packs=found.packs, versions=found.versions, rewards=found.rewards,
            refunds_per_day=found.refunds_per_day, newest=found.newest,
        )  # fmt: skip

    @rx.event
    def edit(self, pack_id: str) -> None:
        known = {pack.id: pack for pack in self.packs}
        self.editing, self.notice = known.get(str(pack_id), OfferedPackViewModel(id=NEW)), ""

    @rx.event
    def leave_it(self) -> None:
        self.editing, self.notice = OfferedPackViewModel(), ""

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
            self.editing = next(
                (pack for pack in self.packs if pack.id == self.editing.id), OfferedPackViewModel()
            )
            return vars_of(PricingState).show_toast(error.sentence)
        self.editing = OfferedPackViewModel()
        await self._fill()
        return None

    @rx.event
    async def save_rewards(self, form: dict[str, str]) -> EventSpec:
        changes = {name: text_of(form, name) for name, _ in REWARDS}
        return await self._change(Rewards, changes, text_of(form, "note"), "The rewards have been changed")

    @rx.event
    async def save_moderation(self, form: dict[str, str]) -> EventSpec:
        changes = {"refunds_per_day": text_of(form, "refunds_per_day")}
        return await self._change(Moderation, changes, "", "The rule has been changed")

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
        return vars_of(PricingState).show_toast(sentence)

    @rx.event
    async def go_back(self, kind: str, number: int) -> EventSpec:
        if kind not in VERSIONED or not isinstance(number, int):
            raise BadInput("There is no such version.")
        await self._operate(pricing.go_back, VERSIONED[kind], number)
        await self._fill()
        return vars_of(PricingState).show_toast("That version is back in use, as a new one.")
