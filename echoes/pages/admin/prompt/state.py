"""State of the prompt page (`/admin/prompt`): how a wish is framed, what is sent, and how it was before."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

import reflex as rx
from reflex.event import EventSpec

from echoes.admin import pricing, prompting
from echoes.admin.pricing import Outdated
from echoes.admin.prompting import LONGEST_TEMPLATE
from echoes.errors import BadInput
from echoes.operator_settings import Prompting
from echoes.pages.admin.common.state import AdminPageState, AdminState
from echoes.pages.admin.prompt.queries import DiffPart, PromptVersionViewModel, compared, read_prompt
from echoes.pages.common.state import text_of, vars_of
from echoes.text.validation import MaxLength


@dataclass(frozen=True)
class PromptPreviewViewModel:
    model: str
    prompt: str


class PromptState(AdminPageState, AdminState):
    RENEWAL: ClassVar[float] = 3600.0  # Nobody's words change under their hands.

    template: str = ""
    based_on: int = 0
    """The version that the field was filled with, or that its reader was told of."""
    draft: str = ""
    """What stands in the field, whether it was saved or not."""
    known: list[PromptVersionViewModel] = []
    samples: list[PromptPreviewViewModel] = []
    compared: int = 0
    parts: list[DiffPart] = []

    def _begin(self) -> None:
        super()._begin()
        self.samples, self.parts, self.compared = [], [], 0

    async def _refresh(self) -> None:
        """What is being written stays, unless the wording has become another one."""
        template, versions = await self._inspect(read_prompt)
        if template != self.template or not self.draft:
            self._show(template=template, draft=template)
        self._show(known=versions, based_on=_newest(versions))

    @rx.event
    def write(self, words: Annotated[str, MaxLength(LONGEST_TEMPLATE + 1)]) -> None:
        self.draft = str(words)[: LONGEST_TEMPLATE + 1]

    @rx.event
    async def preview(self, form: dict[str, str]) -> None:
        """Of what stands in the field. Sends nothing to anybody."""
        motion, wish = text_of(form, "motion"), text_of(form, "wish")
        found = await self._inspect(prompting.preview, self.draft, motion, wish)
        self.samples = [PromptPreviewViewModel(sample.model, sample.prompt) for sample in found]

    @rx.event
    async def save(self, form: dict[str, str]) -> EventSpec:
        words, note = text_of(form, "template"), text_of(form, "note")
        try:
            await self._operate(prompting.save, words, note, self.based_on)
        except Outdated as error:
            _, versions = await self._inspect(read_prompt)
            self._show(known=versions, based_on=_newest(versions))  # The field keeps what was written.
            return vars_of(PromptState).show_toast(error.sentence)
        await self._fill()
        return vars_of(PromptState).show_toast("The new wording is used for clips from now on.")

    @rx.event
    async def compare(self, number: int) -> None:
        self.parts = await self._inspect(compared, number)
        self.compared = number

    @rx.event
    async def go_back(self, number: int) -> EventSpec:
        if not isinstance(number, int):
            raise BadInput("There is no such version.")
        await self._operate(pricing.go_back, Prompting, number)
        self.compared, self.parts = 0, []
        await self._fill()
        return vars_of(PromptState).show_toast("That wording is back in use, as a new version.")


def _newest(versions: list[PromptVersionViewModel]) -> int:
    return versions[0].number if versions else 0
