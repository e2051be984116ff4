"""What the operator's page of one person shows."""

from uuid import UUID

from echoes.admin.users import PAGE
from echoes.credits import ledger
from echoes.credits.ledger import Movement
from echoes.database import Database
from echoes.models import EntryKind
from echoes.pages.admin.person_view import earlier, person_view


def test_entries_come_by_pages(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        for number in range(PAGE + 3):
            ledger.give(session, anna, Movement(EntryKind.GRANT, 1, str(number), f"gift {number}"))
    with database.reading() as session:
        first = person_view(session, anna)
        rest, has_more = earlier(session, anna, UUID(first.statement[-1].id))
    assert (len(first.statement), first.has_more) == (PAGE, True)
    assert ([line.what for line in rest], has_more) == (["gift 2", "gift 1", "gift 0"], False)
