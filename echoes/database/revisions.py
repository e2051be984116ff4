"""Revision counters: what a transaction raises so that open tabs read their rows again (`live`)."""

from uuid import UUID

from sqlmodel import Session, col, update

from echoes.models import Project, User, now


def touch(session: Session, project_id: UUID) -> None:
    """Tells open tabs that something in the project changed, when this transaction commits."""
    changed = (
        update(Project)
        .where(col(Project.id) == project_id)
        .values(revision=Project.revision + 1, updated_at=now())
        .returning(col(Project.owner_id))
    )
    if owner_id := session.exec(changed).scalar_one_or_none():
        touch_user(session, owner_id)


def touch_progress(session: Session, project_id: UUID) -> None:
    """The same for a step forward, which only the project's own pages show: nothing else is read anew."""
    session.exec(update(Project).where(col(Project.id) == project_id).values(revision=Project.revision + 1))


def touch_user(session: Session, user_id: UUID) -> None:
    session.exec(update(User).where(col(User.id) == user_id).values(revision=User.revision + 1))
