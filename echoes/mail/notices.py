"""Operator notices by mail: a listener (`operator_notices.listen`)."""

from sqlalchemy import orm
from sqlmodel import Session

from echoes.database import UserSession, after_commit, get_database
from echoes.mail import service
from echoes.mail.messages import operator_notice
from echoes.models import MailKind, now
from echoes.operator_notices import OperatorNotice
from echoes.settings import get_settings
from echoes.settings.sections.mail import is_mail_on


def tell_by_mail(session: Session, notice: OperatorNotice) -> None:
    """Once a day for each kind. A person's session sees no operators: then they are told when it has
    committed."""
    if not is_mail_on(get_settings()):
        return
    if isinstance(session, UserSession):
        _tell_afterwards(session, notice)
    else:
        _tell(session, notice)


def _tell_afterwards(session: orm.Session, notice: OperatorNotice) -> None:
    def tell() -> None:
        with get_database().unscoped() as everybodys:
            _tell(everybodys, notice)

    after_commit(session, tell)


def _tell(session: Session, notice: OperatorNotice) -> None:
    content = operator_notice(notice.sentence, notice.path)
    service.tell_operators(session, MailKind.NOTICE, content, once=f"{notice.kind}:{now():%Y-%m-%d}")
