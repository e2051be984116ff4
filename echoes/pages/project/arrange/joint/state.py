"""State of the joint sheet: the transition between two clips."""

import reflex as rx

from echoes.editing import transitions
from echoes.errors import NotFound
from echoes.pages.common.state import uuid_of
from echoes.pages.project.arrange.joint.queries import NO_JOINT, read_joint
from echoes.pages.project.arrange.state import ArrangeState, number_of
from echoes.pages.project.state import ProjectState


class JointState(ProjectState):
    """A joint is named by the clip before it."""

    @rx.event
    async def open_joint(self, clip_id: str) -> None:
        page = await self.get_state(ArrangeState)
        found = await self._look(read_joint, self._project_id(), uuid_of(clip_id))
        if not found.id:
            raise NotFound("These two clips no longer follow each other.")
        page._show(joint=found, notice="")

    @rx.event
    async def close_joint(self) -> None:
        (await self.get_state(ArrangeState))._show(joint=NO_JOINT, notice="")

    @rx.event
    async def set_joint(self, clip_id: str, kind: str, seconds: float) -> None:
        page = await self.get_state(ArrangeState)
        await page._edit(transitions.set_clip_transition, uuid_of(clip_id), str(kind), number_of(seconds))

    @rx.event
    async def same_everywhere(self, kind: str, seconds: float) -> None:
        page = await self.get_state(ArrangeState)
        await page._edit(
            transitions.set_transition_everywhere,
            self._project_id(),
            str(kind),
            number_of(seconds),
            said="All clips now follow each other in this way.",
        )
        page._show(joint=NO_JOINT)
