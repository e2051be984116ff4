"""State of the replies sheet: read replies, hide them, delete them, report them."""

import reflex as rx

from echoes.pages.common.state import uuid_of
from echoes.pages.project.share.replies.queries import ReplyViewModel, open_replies, read_replies
from echoes.pages.project.state import ProjectState
from echoes.sharing.replies import owner


class RepliesState(ProjectState):
    film: str = ""
    """Whose replies are open."""
    replies: list[ReplyViewModel] = []
    hidden: list[ReplyViewModel] = []
    hearts: str = ""
    deleting: str = ""

    @rx.event
    def arrive(self) -> None:
        self.film, self.deleting = "", ""

    @rx.event
    async def open_replies(self, video_id: str) -> None:
        found = await self._act(open_replies, uuid_of(video_id))
        self.film, self.deleting = str(uuid_of(video_id)), ""
        self.replies, self.hidden, self.hearts = found.shown, found.hidden, found.hearts

    @rx.event
    def close_replies(self) -> None:
        self.film, self.deleting, self.notice = "", "", ""

    @rx.event
    async def hide(self, reply_id: str, is_hidden: bool) -> None:
        await self._act(owner.hide, uuid_of(reply_id), bool(is_hidden))
        await self._read()

    @rx.event
    async def report(self, reply_id: str) -> None:
        await self._act(owner.report, uuid_of(reply_id))
        await self._read()

    @rx.event
    def ask_delete(self, reply_id: str) -> None:
        self.deleting = str(uuid_of(reply_id))

    @rx.event
    def keep(self) -> None:
        self.deleting = ""

    @rx.event
    async def delete(self) -> None:
        reply_id, self.deleting = self.deleting, ""
        await self._act(owner.remove, uuid_of(reply_id))
        await self._read()

    async def _read(self) -> None:
        found = await self._look(read_replies, uuid_of(self.film))
        self.replies, self.hidden, self.hearts = found.shown, found.hidden, found.hearts
