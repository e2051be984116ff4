"""The balance in the header: in every open tab, wherever it changed."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import reflex as rx
import sqlalchemy as sa

from echoes import live_updates
from echoes.credits import ledger
from echoes.credits.ledger import Movement
from echoes.database import Database
from echoes.models import EntryKind
from echoes.pages.films.state import FilmsState
from echoes.pages.project.clips.state import ClipsState
from tests.support.databases.migrated import Join
from tests.support.databases.rows import add_project
from tests.support.processes import wait_until
from tests.support.tabs import Answer, OpenTab


def handler(state: type[rx.State]) -> str:
    return f"{state.get_full_name().partition('.')[2]}.watch"


def give(database: Database, user_id: UUID, amount: int) -> None:
    """As another process would: nothing but the database knows of it."""
    with database.unscoped() as session:
        ledger.give(session, user_id, Movement(EntryKind.GRANT, amount, f"gift:{amount}", "A gift"))


async def wait_for_balance(told: Callable[[], Answer], balance: int) -> None:
    await wait_until(lambda: told().fields.get("balance") == balance, f"a balance of {balance}")


async def test_a_tab_knows_the_balance_from_its_first_answer_on(
    database: Database, anna: UUID, open_tab: OpenTab
) -> None:
    give(database, anna, 7)
    assert (await open_tab(anna).load()).fields["balance"] == 7


async def test_all_open_tabs_learn_of_a_change_that_none_of_them_made(
    database: Database, anna: UUID, open_tab: OpenTab
) -> None:
    with database.unscoped() as session:
        project = add_project(session, anna)
    films, clips = open_tab(anna), open_tab(anna)
    async with (
        films.following(handler(FilmsState), "/films") as told_films,
        clips.following(handler(ClipsState), f"/project/{project.id}/clips") as told_clips,
    ):
        await asyncio.to_thread(give, database, anna, 12)
        await wait_for_balance(told_films, 12)
        await wait_for_balance(told_clips, 12)
        assert [told().fields["balance"] for told in (told_films, told_clips)] == [12, 12]


async def test_a_strangers_tab_learns_nothing(
    database: Database, anna: UUID, stranger: UUID, open_tab: OpenTab
) -> None:
    async with open_tab(stranger).following(handler(FilmsState), "/films") as told:
        await asyncio.to_thread(give, database, anna, 12)
        await asyncio.to_thread(give, database, stranger, 1)
        await wait_for_balance(told, 1)
        assert told().fields["balance"] == 1


def test_all_that_tabs_watch_is_one_query(books: Database, join: Join) -> None:
    anna = join()
    with books.unscoped() as session:
        project = add_project(session, anna)
        ledger.give(session, anna, Movement(EntryKind.GRANT, 1, "gift:1", "A gift"))
    queries: list[str] = []
    sa.event.listen(books.engine, "before_cursor_execute", lambda *args: queries.append(args[2]))
    found = live_updates._read_revisions(frozenset({("user", anna), ("project", project.id)}))
    assert found == {("user", anna): 1, ("project", project.id): 0}
    assert len([query for query in queries if query.startswith("SELECT")]) == 1
