"""Helpers of the tests of buying: a tab that shows a page, and what it leaves in the ledger."""

from uuid import UUID

from sqlmodel import col, select

from echoes.database import Database
from echoes.models import Order, User
from tests.support.tabs import OpenTab, Tab


def name_of(state: str) -> str:
    """As on the wire."""
    from echoes.pages.common.state import PageState

    for found in PageState.get_substates():
        if found.__name__ == state:
            return str(found.get_full_name()).removeprefix("reflex___state____state.")
    raise AssertionError(state)


async def opened(open_tab: OpenTab, user: UUID | None) -> Tab:
    """A tab that has been filled once: what is sent to it then is all that happens."""
    tab = open_tab(user)
    await tab.load()
    return tab


def orders_of(database: Database, user: UUID) -> list[Order]:
    with database.reading() as session:
        return list(session.exec(select(Order).where(col(Order.owner_id) == user).order_by(col(Order.id))))


def balance(database: Database, user: UUID) -> int:
    with database.reading() as session:
        return session.get_one(User, user).balance
