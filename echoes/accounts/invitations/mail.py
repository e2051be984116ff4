"""Send an invitation by mail, in the transaction that makes it: its code is told nowhere else."""

from uuid import UUID

from sqlmodel import Session

from echoes.accounts.invitations.service import address_of, plain
from echoes.accounts.service import token_hash
from echoes.errors import Refused
from echoes.mail import service as mail
from echoes.mail.addresses import clean_address
from echoes.mail.messages import invitation
from echoes.models import MailKind
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.settings import get_settings
from echoes.settings.sections.mail import is_mail_on


def send(session: Session, owner_id: UUID | None, inviter: str, code: str, typed: str) -> None:
    """Raises BadInput for an address that is none, TooOften, and Refused where there is no mail."""
    settings, limiter = get_settings(), get_rate_limiter()
    if not is_mail_on(settings):
        raise Refused("Mail is not switched on here. Please send the link yourself.")
    address = clean_address(typed)
    if owner_id is not None:
        limiter.count(limiter.limits.invitation_mail, f"{owner_id}")
    limiter.count(limiter.limits.email_link, address.casefold())
    path = address_of(code).removeprefix(settings.public_url.rstrip("/"))
    content = invitation(inviter, path)
    once = token_hash(plain(code))  # As the invitation knows it: one that is taken back in time stays unsent.
    mail.request(session, MailKind.INVITATION, address, content, once=once, owner_id=owner_id)
