"""State of a selection: which photos of a step are selected."""

from abc import abstractmethod
from uuid import UUID

import reflex as rx

from echoes.errors import BadInput
from echoes.pages.common.state import uuid_of
from echoes.pages.project.state import ProjectStepState

MOST_SELECTED = 1000


class SelectingState(ProjectStepState, mixin=True):
    """A step where several photos, or their clips, can be acted on at once."""

    is_selecting: bool = False
    selected: list[str] = []
    """Ids of photos."""
    selection: int = 0
    """Part of each box's key: rises when the server sets them all, so that they are drawn again."""

    @abstractmethod
    async def _all_photos(self) -> list[str]:
        """Those that can be selected."""

    def _begin(self) -> None:
        super()._begin()
        self._select([], is_selecting=False)

    def _select(self, photo_ids: list[str], *, is_selecting: bool = True) -> None:
        self._show(is_selecting=is_selecting, selected=photo_ids[:MOST_SELECTED])
        self.selection += 1

    def _keep_selected(self, there: list[str]) -> None:
        """What has gone meanwhile is not selected any more."""
        known = set(there)
        self._show(selected=[photo for photo in self.selected if photo in known])

    def _selected(self, if_none: str) -> list[UUID]:
        if not self.selected:
            raise BadInput(if_none)
        return [UUID(photo) for photo in self.selected]

    @rx.event
    def select_several(self) -> None:
        """Begins, or ends."""
        self._select([], is_selecting=not self.is_selecting)

    @rx.event
    def select(self, photo_id: str, is_on: bool) -> None:
        photo = str(uuid_of(photo_id))
        others = [one for one in self.selected if one != photo]
        self.selected = [*others, photo][:MOST_SELECTED] if is_on is True else others

    @rx.event
    async def select_all(self) -> None:
        self._select(await self._all_photos())
