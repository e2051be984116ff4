"""CLI for credits and roles, as an operator gives them, from the machine itself."""

from uuid import UUID

from sqlmodel import Session, col, func, select

from echoes.accounts.invitations.service import InvitationTerms, address_of
from echoes.admin import invitations, users
from echoes.admin.audit import Operator
from echoes.database import get_database
from echoes.errors import BadInput, NotFound
from echoes.models import User
from echoes.settings import get_settings
from echoes.startup_checks import check_database, has_database
from echoes.text.formatting import pluralize

OPERATOR = Operator(None, "command line")
"""Whoever may start programs here: the audit log knows no more of them."""


def grant(known_as: str, amount: int, reason: str) -> str:
    _require_database()
    with get_database().unscoped() as session:
        user = find(session, known_as)
        users.change_credits(session, OPERATOR, user.id, amount, reason)
        session.refresh(user)
        has = pluralize(user.balance, "credit")
        owes = f", and owes {user.debt}" if user.debt else ""
        return f"{user.name} ({user.id}) has {has} now{owes}."


def set_role(known_as: str, role: str) -> str:
    _require_database()
    with get_database().unscoped() as session:
        user = find(session, known_as)
        users.set_role(session, OPERATOR, user.id, role)
        return f"{user.name} ({user.id}): {role}."


def invite(terms: InvitationTerms) -> str:
    """The link of a new invitation. The first operator of a place comes by one."""
    _require_database()
    with get_database().unscoped() as session:
        code = invitations.create(session, OPERATOR, terms)
    return f"{address_of(code)}\nIt is shown this once. Send it to the person whom you invite."


def _require_database() -> None:
    """SQLite would make an empty one, and leave it in a folder that is not Echoes'."""
    settings = get_settings()
    if not has_database(settings):
        raise BadInput(f"There is no database at {settings.data_dir}. Is ECHOES_DATA_DIR right?")
    check_database(settings)


def find(session: Session, known_as: str) -> User:
    """By the whole address, however its letters are written, or by id."""
    known_as = known_as.strip()
    found = list(session.exec(select(User).where(func.lower(col(User.email)) == known_as.lower())))
    if not found and (user_id := _id_or_none(known_as)) and (user := session.get(User, user_id)):
        found = [user]
    if not found:
        raise NotFound(f"Nobody here has the address or the id “{known_as}”.")
    if len(found) > 1:
        ids = "\n".join(f"  {user.id}  {user.name}, signed in by {user.issuer}" for user in found)
        raise BadInput(f"Several people have this address. Use the id of the one you mean:\n{ids}")
    return found[0]


def _id_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
