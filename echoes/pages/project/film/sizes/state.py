"""State of the download sizes of a film: a film as a file: each size that it can be had in, ready,
being made, or still to be asked for.
"""

import reflex as rx

from echoes.pages.common.state import uuid_of
from echoes.pages.project.state import ProjectState
from echoes.videos import service as videos
from echoes.videos import sizes


class SizesState(ProjectState):
    """The page of the film follows its project, and shows by itself what these change."""

    @rx.event
    async def enlarge(self, video_id: str) -> None:
        await self._act(sizes.enlarge, uuid_of(video_id))

    @rx.event
    async def stop_size(self, size_id: str) -> None:
        await self._act(videos.cancel, uuid_of(size_id))
