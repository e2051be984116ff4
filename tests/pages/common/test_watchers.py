"""Live refresh: one follower a page of a tab, however often it asks."""

from uuid import UUID

from echoes import live_updates
from tests.pages.every_handler import FILMS
from tests.support.processes import wait_until
from tests.support.tabs import OpenTab

WATCH = f"{FILMS}.watch"
REPETITIONS = 200


def followers() -> int:
    return len({watch for watches in live_updates.get_feed()._watchers.values() for watch in watches})


async def test_a_tab_that_asks_again_and_again_has_one_follower(open_tab: OpenTab, anna: UUID) -> None:
    tab = open_tab(anna)
    await tab.load("/films")
    async with tab.following(WATCH, "/films"):
        for _ in range(REPETITIONS):
            await tab._enqueue(WATCH, "/films", {})
        await wait_until(lambda: len(tab._processor._tasks) == 1 and followers() == 1, "a single follower")
