"""State of the allowances page (`/admin/allowances`): limits, and clips that wait for an operator."""

from typing import Any, ClassVar

import reflex as rx
from reflex.event import EventSpec

from echoes.admin import allowances
from echoes.admin.pricing import Outdated
from echoes.errors import BadInput
from echoes.pages.admin.allowances.queries import AllowancesViewModel, read_allowances
from echoes.pages.admin.common.state import AdminPageState, AdminState
from echoes.pages.common.state import number_of, text_of, vars_of
from echoes.text.formatting import pluralize

NUMBERS = (
    ("photos", "Photos per person"),
    ("film_minutes", "Minutes of film per person"),
    ("monthly_credits", "Credits per person, every month"),
    ("cents_per_day", "Spending limit per day, in cents"),
    ("cents_per_month", "Spending limit per month, in cents"),
    ("expected_cents", "Expected cost of a paid clip, in cents"),
)


class AllowancesState(AdminPageState, AdminState):
    RENEWAL: ClassVar[float] = 60.0

    seen: AllowancesViewModel = AllowancesViewModel()

    async def _refresh(self) -> None:
        self._show(seen=await self._inspect(read_allowances))

    @rx.event
    async def save(self, form: dict[str, Any]) -> EventSpec:
        values: dict[str, Any] = {name: _number(form, name) for name, _ in NUMBERS}
        values["paid_by_grant"] = bool(form.get("paid_by_grant"))
        try:
            released = await self._operate(allowances.save, values, text_of(form, "note"), self.seen.version)
        except Outdated as error:
            await self._fill()
            return vars_of(AllowancesState).show_toast(error.sentence)
        await self._fill()
        went_on = f" {pluralize(released, 'clip')} could continue." if released else ""
        return vars_of(AllowancesState).show_toast(f"The limits have been changed.{went_on}")

    @rx.event
    async def let_go_on(self) -> EventSpec:
        released = await self._operate(allowances.let_go_on)
        await self._fill()
        return vars_of(AllowancesState).show_toast(f"{pluralize(released, 'clip')} can continue now.")


def _number(form: dict[str, Any], name: str) -> int:
    if not isinstance(form, dict) or (number := number_of(form, name)) is None:
        raise BadInput("Please enter whole numbers.")
    return number
