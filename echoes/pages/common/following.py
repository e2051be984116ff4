"""Live refresh of a page, for as long as a tab shows it."""

import hashlib
from abc import abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

import reflex as rx

from echoes import live_updates
from echoes.errors import NotFound
from echoes.pages.common.state import PageState
from echoes.reflex_adapter.states import is_tab_open

RENEWAL_SECONDS = 600.0
"""Addresses of files live a quarter of an hour at least (storage.signing): on a page that stays open and
does not change they are renewed before that."""


class LiveState(PageState, mixin=True):
    """A page of something that may not be there: filled at once, and again whenever that changes. The two
    vars are those of the state above it, which its pages share."""

    if TYPE_CHECKING:
        is_loaded: bool
        is_missing: bool

    RENEWAL: ClassVar[float] = RENEWAL_SECONDS

    _shown_apart: dict[str, str] = {}
    """By the state that holds something large, a fingerprint of it."""

    @rx.event(background=True, supersedes=True)
    async def watch(self) -> None:
        """Runs as long as the page is open: a navigation, a closed tab or the next call of it ends it."""
        async with self:
            self._shown_apart = {}
            self._begin()
            topic = await self._topic_or_none()
        if topic:
            await follow(self, topic, self._fill, self._renewal)

    async def _topic_or_none(self) -> live_updates.Topic | None:
        try:
            return await self._topic()
        except NotFound:
            self._show(is_missing=True, is_loaded=True)
            return None

    def _renewal(self) -> float:
        return self.RENEWAL

    def _begin(self) -> None:
        """Forgets what was shown here before."""
        self.is_loaded, self.is_missing = False, False

    async def _fill(self) -> bool:
        """Whether there is such a thing."""
        try:
            await self._refresh()
        except NotFound:
            self._show(is_missing=True, is_loaded=True)
            return False
        self._show(is_missing=False, is_loaded=True)
        return True

    async def _show_apart(self, holder: type[rx.State], **values: Any) -> None:
        """Shows what is large, such as 200 cards. It lies in a state of its own beside those of the pages: an
        event loads and writes its state whole, so this one is touched only when what it holds has changed.
        The first look of each watching compares with what is kept: in Redis that expires an hour after
        it was written. Under an open page it does not, because the addresses in it change before."""
        name, fingerprint = holder.get_full_name(), hashlib.blake2b(repr(values).encode()).hexdigest()
        if self._shown_apart.get(name) == fingerprint:
            return
        kept = await self.get_state(holder)
        for var, value in values.items():
            if getattr(kept, var) != value:
                setattr(kept, var, value)
        self._shown_apart = {**self._shown_apart, name: fingerprint}

    @abstractmethod
    async def _topic(self) -> live_updates.Topic:
        """What it follows; raises NotFound when the page's address names nothing."""

    @abstractmethod
    async def _refresh(self) -> None:
        """Reads what this page shows, in one transaction; raises NotFound when it is gone."""


async def follow(
    page: PageState,
    topic: live_updates.Topic,
    refresh: Callable[[], Awaitable[bool]],
    renewal: float | Callable[[], float] = RENEWAL_SECONDS,
) -> None:
    """Refreshes the page at once, after each change and when its addresses grow old, until `refresh` says
    that there is nothing to follow. The bar follows the person's own changes beside that.

    Reflex ends the background events of a page when its tab goes elsewhere or is closed. The look for the tab
    is for a process that Reflex could not tell.
    """
    refreshed = monotonic()
    async with page:
        person: live_updates.Topic = ("user", page._signed_in())
    async with aclosing(live_updates.changes(topic, person)) as changes:
        async for risen in changes:
            if not _is_open(page):
                return
            due = renewal() if callable(renewal) else renewal
            if topic in risen or monotonic() - refreshed >= due:
                refreshed = monotonic()
                async with page:
                    if not await refresh():
                        return
            elif risen:
                async with page:
                    await page._look_at_bar()


def _is_open(page: PageState) -> bool:
    return is_tab_open(page.router.session.client_token)
