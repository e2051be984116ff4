"""Keeping a page up to date for as long as a tab shows it."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing

from reflex_base.registry import RegistrationContext

from echoes import live
from echoes.pages.base import Visit


async def follow(page: Visit, topic: live.Topic, refresh: Callable[[], Awaitable[bool]]) -> None:
    """Refreshes the page at once and after each change, until `refresh` says that there is nothing to follow.

    Reflex ends the background events of a page when its tab leaves it. It can miss one when a person moves on
    very fast; so each page of a tab has a number, and only the newest goes on.
    """
    async with page:
        page._page_number += 1
        number = page._page_number
    async with aclosing(live.changes(topic)) as changes:
        async for has_changed in changes:
            async with page:
                if page._page_number != number or not _is_open(page):
                    return
                if has_changed and not await refresh():
                    return


def _is_open(page: Visit) -> bool:
    namespace = RegistrationContext.get().app.event_namespace
    return namespace is not None and page.router.session.client_token in namespace.token_to_sid
