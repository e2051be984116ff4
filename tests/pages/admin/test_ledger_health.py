"""The operator's page of the ledger: what is wrong with money, to the last of it."""

from datetime import timedelta
from uuid import UUID

import pytest

from echoes.admin.ledger_health import PAGE
from echoes.credits import ledger
from echoes.credits.ledger import Movement
from echoes.database import Database
from echoes.errors import NotFound
from echoes.models import EntryKind, Order, Role, User, WebhookEvent, now
from echoes.pages.admin.ledger_health.queries import PARTS, ledger_health_rows, read_ledger_health
from tests.pages.admin.every_handler import ADMIN_BOOKS
from tests.support.tabs import Answer, OpenTab

MANY = PAGE + 3


@pytest.fixture
def trouble(database: Database, stranger: UUID) -> None:
    """More of everything than a page shows, and somebody to look at it."""
    with database.unscoped() as session:
        session.get_one(User, stranger).role = Role.OPERATOR
        for number in range(MANY):
            owing = User(issuer="owing", subject=str(number), name=f"owes {MANY - number}")
            wrong = User(issuer="wrong", subject=str(number), name=f"wrong {number}", balance=number + 1)
            long_ago = now() - timedelta(days=1)
            session.add_all([owing, wrong])
            session.flush()
            back = Movement(EntryKind.REVERSAL, MANY - number, str(number), "a dispute")
            ledger.claw_back(session, owing.id, back)
            session.add(
                Order(owner_id=wrong.id, credits=number, price_cents=1, currency="usd", created_at=long_ago)
            )
            session.add(
                WebhookEvent(
                    source="stripe", event_id=f"evt_{number}", kind="refund.created", payload={},
                    created_at=long_ago, outcome=f"failed: {number}",
                )
            )  # fmt: skip
            session.flush()


def test_a_balance_that_no_entry_explains_is_told(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        ledger.give(session, anna, Movement(EntryKind.GRANT, 5, "one", "a gift"))
        assert read_ledger_health(session)[0]["differences"].lines == []
        session.get_one(User, anna).balance = 7
    with database.reading() as session:
        (line,) = read_ledger_health(session)[0]["differences"].lines
    assert (line.person, line.what) == (str(anna), "balance 7, debt 0, entries say 5")


@pytest.mark.usefixtures("trouble")
@pytest.mark.parametrize(
    ("part", "last"),
    [
        ("differences", [f"balance {balance}, debt 0, entries say 0" for balance in (51, 52, 53)]),
        ("debts", ["3 credits", "2 credits", "1 credit"]),
        ("unsettled", [f"{number} credits, started 1 day ago" for number in (50, 51, 52)]),
        ("events", [f"failed: {number}, received 1 day ago" for number in (50, 51, 52)]),
    ],
)
def test_every_list_comes_by_pages(database: Database, part: str, last: list[str]) -> None:
    with database.reading() as session:
        lists, owed = read_ledger_health(session)
        first = lists[part]
        rest = ledger_health_rows(session, part, last=first.lines[-1])
    assert owed == MANY * (MANY + 1) // 2
    assert (len(first.lines), first.has_more) == (PAGE, True)
    assert ([line.what for line in rest.lines], rest.has_more) == (last, False)


def test_a_list_that_nobody_knows_is_not_found(database: Database) -> None:
    with database.reading() as session, pytest.raises(NotFound):
        ledger_health_rows(session, "passwords")


@pytest.mark.usefixtures("trouble")
async def test_a_list_that_was_unfolded_stays_so_when_it_is_computed_anew(
    database: Database, stranger: UUID, open_tab: OpenTab
) -> None:
    tab = open_tab(stranger)
    first = await tab.follow(f"{ADMIN_BOOKS}.watch", "/admin/books")
    assert lengths(first) == dict.fromkeys(PARTS, PAGE)
    more = await tab.send(f"{ADMIN_BOOKS}.more", "/admin/books", part="debts")
    assert lengths(more) == dict.fromkeys(PARTS, PAGE) | {"debts": MANY}
    largest = UUID(more.fields["lists"]["debts"].lines[0].id)
    with database.unscoped() as session:
        ledger.give(session, largest, Movement(EntryKind.GRANT, MANY, "pays", "a gift"))
    again = await tab.send(f"{ADMIN_BOOKS}.recompute", "/admin/books")
    assert lengths(again)["debts"] == MANY - 1


def lengths(answer: Answer) -> dict[str, int]:
    return {part: len(known.lines) for part, known in answer.fields["lists"].items()}
