"""Invitations to sign up: made by operators, and by members where operators let them; redeemed once by each
person who joins. Codes are kept as hashes."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, func, select, update

from echoes.accounts.service import token_hash
from echoes.credits import ledger
from echoes.credits.ledger import Movement
from echoes.database import UserSession
from echoes.errors import BadInput, NotFound, Refused
from echoes.models import EntryKind, Invitation, Role, User, now
from echoes.models.accounts.invitations import is_open
from echoes.models.base import CODE_LETTERS
from echoes.operator_settings import SignUpRules
from echoes.settings import get_settings
from echoes.text.validation import is_shown

CODE_LENGTH = 16
"""Of 31 letters: 79 bits, which nobody guesses, in groups that can be read aloud."""
GROUP = 4
LONGEST_CODE = 60
"""As somebody types it, with hyphens and spaces."""
LONGEST_NAME = 80
MOST_USES, MOST_DAYS, MOST_CREDITS = 1000, 366, 1000
MEMBERS_DAYS = 30
"""How long an invitation of a member's is good."""
GIFT = "A gift with your invitation"
PAGE = 50
NOT_MEMBERS = "Only the people who run this site can invite others."


@dataclass(frozen=True, slots=True)
class InvitationTerms:
    """What an invitation is good for; as it came from outside, nothing in it is checked yet."""

    name: str = ""
    most_uses: int = 1
    days: int | None = 30
    """None: until it is revoked."""
    credits: int = 0
    role: Role = Role.MEMBER


def create(session: Session, terms: InvitationTerms, owner_id: UUID | None) -> tuple[Invitation, str]:
    """With its code, which is told this once. Whoever calls has asked who may invite."""
    _check(terms)
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    invitation = Invitation(
        owner_id=owner_id,
        code_hash=token_hash(code),
        name=" ".join(terms.name.split()),
        most_uses=terms.most_uses,
        credits=terms.credits,
        role=terms.role,
        expires_at=None if terms.days is None else now() + timedelta(days=terms.days),
    )
    session.add(invitation)
    session.flush()
    return invitation, written(code)


def address_of(code: str) -> str:
    """The link that is sent to somebody."""
    return f"{get_settings().public_url.rstrip('/')}/join/{code}"


def written(code: str) -> str:
    """In groups: `abcd-efgh-jkmn-pqrs`."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def plain(code: str) -> str:
    """As it is hashed, however somebody typed it; empty for what can be no code."""
    if len(code) > LONGEST_CODE:
        return ""
    letters = "".join(letter for letter in code.lower() if letter not in "- \t\r\n")
    return letters if len(letters) == CODE_LENGTH and set(letters) <= set(CODE_LETTERS) else ""


def find_open(session: Session, code: str) -> Invitation | None:
    """For unscoped sessions: the invitation of this code, if somebody can still join by it."""
    if not (letters := plain(code)):
        return None
    known = select(Invitation).where(col(Invitation.code_hash) == token_hash(letters), is_open())
    return session.exec(known).one_or_none()


def redeem(session: Session, invitation: Invitation, user: User) -> bool:
    """In the transaction of the sign-up. False when others were faster: one guarded UPDATE counts the use."""
    use = update(Invitation).where(col(Invitation.id) == invitation.id, is_open())
    counted = use.values(uses=col(Invitation.uses) + 1).execution_options(synchronize_session=False)
    if session.exec(counted).rowcount == 0:
        return False
    user.invitation_id = invitation.id
    if invitation.role == Role.OPERATOR:
        user.role = Role.OPERATOR
    session.flush()
    if invitation.credits:
        ledger.give(
            session,
            user.id,
            Movement(EntryKind.GRANT, invitation.credits, f"invitation:{user.id}", GIFT, invitation.id),
        )
    return True


def inviter(session: Session, invitation: Invitation) -> str:
    """By name; empty where nobody stands behind it any more."""
    owner = session.get(User, invitation.owner_id) if invitation.owner_id else None
    return owner.name if owner else ""


def revoke(session: Session, invitation_id: UUID, moment: datetime | None = None) -> Invitation:
    """People who joined by it stay. Of a scoped session it must be the person's own."""
    invitation = session.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None:
        raise NotFound("There is no such invitation.")
    invitation.revoked_at = invitation.revoked_at or moment or now()
    session.add(invitation)
    session.flush()
    return invitation


def invite(session: UserSession, rules: SignUpRules, name: str) -> str:
    """A member's invitation, for one person and without credits: its code. Raises Refused."""
    if not may_invite(session, rules):
        raise Refused(NOT_MEMBERS)
    ledger.lock(session, session.user_id)  # Two tabs count one after the other.
    mine = select(func.count()).select_from(Invitation).where(col(Invitation.owner_id) == session.user_id)
    if session.exec(mine.where(is_open())).one() >= rules.member_invitations:
        raise Refused(
            f"You can have {rules.member_invitations} open invitations at a time. Take one back, or wait"
            " until somebody has used one."
        )
    _, code = create(session, InvitationTerms(name=name, days=MEMBERS_DAYS), session.user_id)
    return code


def may_invite(session: UserSession, rules: SignUpRules) -> bool:
    return rules.members_invite or session.user.role == Role.OPERATOR


def made_by_me(session: UserSession, limit: int = PAGE) -> list[Invitation]:
    """Newest first."""
    mine = select(Invitation).where(col(Invitation.owner_id) == session.user_id)
    return list(session.exec(mine.order_by(col(Invitation.id).desc()).limit(limit)))


def forget_maker(session: Session, user_id: UUID) -> None:
    """Before a person's account is deleted: what they wrote goes, and nobody joins by their word any more."""
    made = update(Invitation).where(col(Invitation.owner_id) == user_id)
    ended = func.coalesce(col(Invitation.revoked_at), now())
    session.exec(made.values(owner_id=None, name="", revoked_at=ended))


def _check(terms: InvitationTerms) -> None:
    name = " ".join(terms.name.split())
    if len(name) > LONGEST_NAME or (name and not is_shown(name)):
        raise BadInput(f"The name of an invitation can have up to {LONGEST_NAME} characters.")
    if not 1 <= terms.most_uses <= MOST_USES:
        raise BadInput(f"An invitation is for 1 to {MOST_USES} people.")
    if terms.days is not None and not 1 <= terms.days <= MOST_DAYS:
        raise BadInput(f"An invitation is good for 1 to {MOST_DAYS} days.")
    if not 0 <= terms.credits <= MOST_CREDITS:
        raise BadInput(f"An invitation brings 0 to {MOST_CREDITS} credits.")
    if terms.role == Role.OPERATOR and terms.most_uses != 1:
        raise BadInput("An invitation that makes an operator is for one person.")
