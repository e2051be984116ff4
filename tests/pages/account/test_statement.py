"""The statement: every movement in words, with the clip, film or order that it was for."""

from typing import Any
from uuid import UUID

import pytest

from echoes.credits import ledger
from echoes.credits.ledger import Movement
from echoes.database import Database
from echoes.models import EntryKind, Order, OrderState, Project
from echoes.pages.account.statement.queries import StatementLine, statement_page
from echoes.pages.account.statement.state import LINES, StatementState
from tests.support.databases.rows import add_photo, add_project, add_take, add_video
from tests.support.processes import wait_until
from tests.support.tabs import Answer, OpenTab, Tab

MANY = 530
STATE = StatementState.get_full_name().partition(".")[2]


def give(database: Database, user_id: UUID, amount: int, **facts: Any) -> None:
    known: dict[str, Any] = {"kind": EntryKind.GRANT, "reference": f"gift:{amount}", "note": "A gift"}
    with database.unscoped() as session:
        ledger.give(session, user_id, Movement(amount=amount, **known | facts))


def lines(database: Database, user_id: UUID, limit: int = 50) -> list[StatementLine]:
    with database.reading_as(user_id) as session:
        return statement_page(session, None, limit)


@pytest.fixture
def project(database: Database, anna: UUID) -> Project:
    with database.unscoped() as session:
        return add_project(session, anna, "Summer 1987")


def test_a_purchase_names_what_was_bought_and_for_how_much(database: Database, anna: UUID) -> None:
    order = Order(
        owner_id=anna, credits=20, price_cents=4500, currency="usd", state=OrderState.PAID,
        receipt_url="https://pay.example/receipt",
    )  # fmt: skip
    with database.unscoped() as session:
        session.add(order)
    reference = f"order:{order.id}"
    give(database, anna, 20, kind=EntryKind.PURCHASE, reference=reference, subject_id=order.id)
    (line,) = lines(database, anna)
    assert (line.what, line.change, line.balance) == ("20 credits for $45", "+20", "20")
    assert (line.spoken, line.is_gain) == ("20 credits added", True)
    assert line.receipt == "https://pay.example/receipt"


def test_a_clip_is_named_by_its_photo_and_its_film(database: Database, anna: UUID, project: Project) -> None:
    give(database, anna, 3)
    with database.unscoped() as session:
        take = add_take(session, add_photo(session, project, "beach.jpg"))
        spent = Movement(EntryKind.GENERATION, 1, f"take:{take.id}", "A clip", take.id)
        ledger.spend(session, anna, spent)
    give(
        database, anna, 1, kind=EntryKind.REFUND, reference=f"take:{take.id}", subject_id=take.id,
        note="Refund: this clip was not made",
    )  # fmt: skip
    refund, clip, _ = lines(database, anna)
    assert (clip.what, clip.about, clip.change) == ("Clip of beach.jpg", "In “Summer 1987”", "−1")
    assert clip.spoken == "1 credit taken"
    assert refund.what == "Refund: this clip was not made"
    assert refund.about == "beach.jpg, in “Summer 1987”"


def test_what_is_gone_keeps_the_words_that_were_written(
    database: Database, anna: UUID, project: Project
) -> None:
    give(database, anna, 3)
    with database.unscoped() as session:
        take = add_take(session, add_photo(session, project, "beach.jpg"))
        ledger.spend(
            session, anna, Movement(EntryKind.GENERATION, 1, f"take:{take.id}", "Clip of beach.jpg", take.id)
        )
        session.delete(take)
    assert lines(database, anna)[0].what == "Clip of beach.jpg"


def test_a_film_that_was_watched_is_named(database: Database, anna: UUID, project: Project) -> None:
    with database.unscoped() as session:
        video = add_video(session, project)
    note = "Somebody watched your film"
    give(database, anna, 1, kind=EntryKind.SHARE, subject_id=video.id, note=note)
    (line,) = lines(database, anna)
    assert (line.what, line.about) == ("Somebody watched your film", "“Summer 1987”")


def test_a_debt_stands_beside_the_balance(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        ledger.claw_back(session, anna, Movement(EntryKind.REVERSAL, 4, "re_1", "Payment refunded"))
    (line,) = lines(database, anna)
    assert (line.what, line.change, line.balance, line.owed) == ("Payment refunded", "−4", "0", "4 owed")


def test_a_person_reads_only_their_own(database: Database, anna: UUID, stranger: UUID) -> None:
    give(database, anna, 3)
    assert lines(database, stranger) == []


async def test_the_page_unfolds_earlier_lines_and_keeps_them_unfolded(
    database: Database, anna: UUID, open_tab: OpenTab
) -> None:
    for amount in range(1, LINES + 6):
        give(database, anna, amount)
    tab = open_tab(anna)
    first = await tab.follow(f"{STATE}.watch", "/account")
    assert (len(first.fields["lines"]), first.fields["has_more"]) == (LINES, True)
    more = await tab.send(f"{STATE}.more", "/account")
    assert (len(more.fields["lines"]), more.fields["has_more"]) == (LINES + 5, False)
    give(database, anna, 100)
    again = await came_back(tab)
    assert (len(again), again[0].change) == (LINES + 5, "+100")


@pytest.mark.slow
async def test_the_statement_can_be_unfolded_to_its_very_beginning(
    database: Database, anna: UUID, open_tab: OpenTab
) -> None:
    with database.unscoped() as session:
        for number in range(MANY):
            ledger.give(session, anna, Movement(EntryKind.GRANT, number + 1, str(number), "A gift"))
    tab = open_tab(anna)
    shown = await tab.follow(f"{STATE}.watch", "/account")
    while shown.fields["has_more"]:
        told = await tab.send(f"{STATE}.more", "/account")
        assert len(told.fields["lines"]) > len(shown.fields["lines"])
        shown.updates.extend(told.updates)
    assert [line.change for line in shown.fields["lines"]] == [f"+{n}" for n in range(MANY, 0, -1)]


async def came_back(tab: Tab) -> list[StatementLine]:
    """To the page that the tab knows already: what it is told is only what has changed."""
    following = await tab._enqueue(f"{STATE}.watch", "/account", {})
    await wait_until(lambda: lines_told(tab)[0].change == "+100", "the new movement")
    following.cancel()
    return lines_told(tab)


def lines_told(tab: Tab) -> list[StatementLine]:
    return list(Answer(tab._answers).fields["lines"])


async def test_there_is_nothing_more_to_unfold_than_there_is(anna: UUID, open_tab: OpenTab) -> None:
    tab = open_tab(anna)
    await tab.load()
    assert "lines" not in (await tab.send(f"{STATE}.more")).fields
