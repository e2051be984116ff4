"""Keeping a page up to date for as long as a tab shows it."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from time import monotonic

from reflex_base.registry import RegistrationContext

from echoes import live
from echoes.pages.base import Visit

RENEWAL_SECONDS = 600.0
"""Addresses of files live a quarter of an hour at least (storage.signing): on a page that stays open and
does not change they are renewed before that."""


async def follow(
    page: Visit,
    topic: live.Topic,
    refresh: Callable[[], Awaitable[bool]],
    renewal: float | Callable[[], float] = RENEWAL_SECONDS,
) -> None:
    """Refreshes the page at once, after each change and when its addresses grow old, until `refresh` says
    that there is nothing to follow. The balance in the header follows the person's own changes beside that.

    Reflex ends the background events of a page when its tab goes elsewhere or is closed. The look for the tab
    is for a process that Reflex could not tell.
    """
    refreshed = monotonic()
    async with page:
        person: live.Topic = ("user", page._signed_in())
    async with aclosing(live.changes(topic, person)) as changes:
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
                    await page._look_at_balance()


def _is_open(page: Visit) -> bool:
    namespace = RegistrationContext.get().app.event_namespace
    return namespace is not None and page.router.session.client_token in namespace.token_to_sid
