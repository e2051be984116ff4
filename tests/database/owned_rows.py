"""One row of every table that has an owner. A new table belongs in here: the walls' tests ask for it."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from echoes.database import Database
from echoes.models import (
    Aspect,
    Cart,
    Clip,
    CreditEntry,
    EntryKind,
    Invitation,
    JobEvent,
    Mail,
    MailKind,
    MailOptOut,
    MusicTrack,
    Order,
    Passkey,
    Photo,
    Project,
    ProjectEdit,
    RecoveryCode,
    Removal,
    RemovedFile,
    ShareLink,
    ShareReply,
    ShareView,
    Take,
    Upload,
    UploadKind,
    Video,
    new_id,
    now,
)
from echoes.music.analysis import ANALYSIS
from echoes.storage import new_key

Rows = dict[type[SQLModel], Any]


def fill(session: Session, owner: UUID) -> Rows:
    project = _add(session, Project(owner_id=owner, title="Summer"))
    photo = Photo(
        owner_id=owner, project_id=project.id, filename="a.jpg", width=4, height=3, size_bytes=9,
        master_key=new_key(owner, "photos", "jpg"), thumbnail_key=new_key(owner, "thumbnails", "jpg"),
    )  # fmt: skip
    _add(session, photo)
    clip = _add(session, Clip(owner_id=owner, project_id=project.id, photo_id=photo.id, position=0))
    take = Take(
        owner_id=owner, clip_id=clip.id, provider="motion", model="m", motion="rise", aspect=Aspect.WIDE
    )
    video = Video(owner_id=owner, project_id=project.id, title="Summer", timeline={}, width=4, height=3)
    link = _add(session, ShareLink(owner_id=owner, video_id=_add(session, video).id))
    view = ShareView(owner_id=owner, link_id=link.id, day="d", visitor="v")
    reply = ShareReply(owner_id=owner, link_id=link.id, visitor="v", words="How lovely")
    removal = _add(session, Removal(owner_id=owner, project_id=project.id, rows={}))
    file = RemovedFile(
        owner_id=owner, removal_id=removal.id, row_table="photos", row_id=photo.id, row_column="master_key",
        file_key=new_key(owner, "photos", "jpg"),
    )  # fmt: skip
    beside = [_add(session, row) for row in (view, reply, file, *_beside_the_film(owner, project))]
    return {
        type(row): row for row in (project, photo, clip, _add(session, take), video, link, removal, *beside)
    }


def _beside_the_film(owner: UUID, project: Project) -> list[Any]:
    return [
        ProjectEdit(
            owner_id=owner, project_id=project.id, sentence="Order", before={"a": {}}, after={"a": {}}
        ),
        Upload(owner_id=owner, project_id=project.id, kind=UploadKind.PHOTO, filename="b.jpg", size_bytes=9),
        JobEvent(owner_id=owner, subject_id=new_id(), message="made"),
        MusicTrack(
            owner_id=owner,
            title="Song",
            duration=1,
            size_bytes=1,
            audio_key=new_key(owner, "music", "mp3"),
            analysis=ANALYSIS,
            media_type="audio/mpeg",
        ),
        CreditEntry(
            owner_id=owner,
            kind=EntryKind.GENERATION,
            reference=f"take:{new_id()}",
            amount=-1,
            balance_after=0,
        ),
        Invitation(owner_id=owner, code_hash=str(new_id()), name="Aunt Rosa"),
        Cart(
            owner_id=owner,
            project_id=project.id,
            wishes={"photo_ids": [str(new_id())], "motion": "surprise"},
        ),
        Passkey(owner_id=owner, credential_id=f"{new_id()}", public_key="k", name="Phone"),
        RecoveryCode(owner_id=owner, code_hash=f"{new_id()}"),
        Mail(owner_id=owner, kind=MailKind.FILM_READY, address="a@b.c", once=f"{new_id()}", expires_at=now()),
        MailOptOut(owner_id=owner, kind=MailKind.FILM_READY),
        Order(owner_id=owner, credits=5, price_cents=1500, currency="usd"),
    ]


def _add(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


def raw(database: Database, user: UUID, statement: str, **values: Any) -> Any:
    """The same without the ORM, and so without the second wall: what the first column says, row by row."""
    with database.acting_as(user) as session:
        result = session.connection().execute(sa.text(statement), values)
        return result.scalars().all() if result.returns_rows else result.rowcount
