"""Keeping a page up to date for as long as a tab shows it."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing

from reflex_base.registry import RegistrationContext

from echoes import live
from echoes.pages.base import Visit


async def follow(page: Visit, topic: live.Topic, refresh: Callable[[], Awaitable[bool]]) -> None:
    """Refreshes the page at once and after each change, until `refresh` says that there is nothing to follow.

    Reflex ends the background events of a page when its tab goes elsewhere or is closed. The look for the tab
    is for a process that Reflex could not tell.
    """
    async with aclosing(live.changes(topic)) as changes:
        async for has_changed in changes:
            if not _is_open(page):
                return
            if has_changed:
                async with page:
                    if not await refresh():
                        return


def _is_open(page: Visit) -> bool:
    namespace = RegistrationContext.get().app.event_namespace
    return namespace is not None and page.router.session.client_token in namespace.token_to_sid
