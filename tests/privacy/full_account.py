"""A person with something in every table, files included."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlmodel import Session

from echoes.accounts import service
from echoes.credits import ledger
from echoes.credits.ledger import Movement
from echoes.database import Database
from echoes.models import (
    Cart,
    EntryKind,
    Invitation,
    JobEvent,
    Mail,
    MailKind,
    MailOptOut,
    Order,
    Project,
    ProjectEdit,
    RecoveryCode,
    Removal,
    RemovedFile,
    ShareLink,
    ShareReply,
    ShareView,
    SignInLink,
    SignInLinkKind,
    Upload,
    UploadKind,
    User,
    WebhookEvent,
    new_id,
    now,
)
from echoes.projects.segment_cache import rendered_parts
from echoes.settings import get_settings
from echoes.storage import get_storage, new_key
from echoes.uploads.parts.local import path_of
from tests.support.databases.rows import add_passkey, add_photo, add_project, add_take, add_track, add_video


@dataclass(frozen=True)
class Somebody:
    id: UUID
    token: str
    project_id: UUID
    keys: tuple[str, ...]
    upload: Path
    cache: Path


def move_in(database: Database, folder: Path, name: str, title: str = "Summer 1987") -> Somebody:
    with database.unscoped() as session:
        user = User(issuer="https://id.example", subject=name, name=name, email=f"{name}@example.org")
        session.add(user)
        session.flush()
        token = service.open_session(session, get_settings(), user.id, f"the browser of {name}")
        _ask_for_a_link(session, f"{name}@example.org")
        project = add_project(session, user.id, title)
        photo = add_photo(session, project, f"{name} at the beach.jpg")
        photo.master_key, photo.thumbnail_key = (
            new_key(user.id, kind, "jpg") for kind in ("photos", "thumbs")
        )
        take = add_take(session, photo, approved=True)
        take.video_key, take.poster_key = new_key(user.id, "takes", "mp4"), new_key(user.id, "takes", "jpg")
        take.raw_key, take.audio_key = new_key(user.id, "raw", "mp4"), new_key(user.id, "takes", "m4a")
        take.preview_key = new_key(user.id, "previews", "mp4")
        video = add_video(session, project)
        video.film_key, video.poster_key = new_key(user.id, "films", "mp4"), new_key(user.id, "films", "jpg")
        video.small_poster_key = new_key(user.id, "films", "webp")
        large = add_video(session, project)
        large.original_id, large.width, large.height = video.id, 1920, 1080
        large.film_key = new_key(user.id, "films", "mp4")
        track = add_track(session, user.id)
        track.audio_key = new_key(user.id, "music", "mp3")
        upload = Upload(
            owner_id=user.id, project_id=project.id, kind=UploadKind.PHOTO, filename="half.jpg", size_bytes=9
        )
        link = ShareLink(owner_id=user.id, video_id=video.id, password_hash="secret hash")
        edit = ProjectEdit(
            owner_id=user.id, project_id=project.id, sentence="Order", before={"a": {}}, after={"a": {}}
        )
        session.add_all([upload, link, edit, Cart(owner_id=user.id, project_id=project.id, wishes={})])
        session.flush()
        session.add(ShareView(owner_id=user.id, link_id=link.id, day="2026-11-22", visitor="somebody"))
        session.add(ShareReply(owner_id=user.id, link_id=link.id, visitor="somebody", words=f"For {name}"))
        session.add(JobEvent(owner_id=user.id, subject_id=take.id, message=f"made for {name}"))
        _trade(session, user, name)
        _come_and_go(session, user, name)
        removed_key = _remove_a_photo(session, project)
        keys = (
            photo.master_key, photo.thumbnail_key, take.video_key, take.poster_key, take.raw_key,
            take.preview_key, take.audio_key, video.film_key, video.poster_key, video.small_poster_key,
            large.film_key, removed_key, track.audio_key,
        )  # fmt: skip
        upload_id, project_id, user_id = upload.id, project.id, user.id
    for key in keys:
        source = folder / key.replace("/", "-")
        source.write_bytes(f"{name}: {key}".encode())
        get_storage().put(key, source)
    part, cache = path_of(upload_id), rendered_parts(project_id)
    part.parent.mkdir(exist_ok=True)
    part.write_bytes(b"half")
    cache.mkdir(parents=True)
    (cache / "transition.mp4").write_bytes(b"frames")
    return Somebody(user_id, token, project_id, keys, part, cache)


def _trade(session: Session, user: User, name: str) -> None:
    session_id = f"cs_{new_id().hex}"
    order = Order(
        owner_id=user.id, credits=5, price_cents=1500, currency="usd", stripe_session_id=session_id,
        stripe_payment_id=new_id().hex, payment_fingerprint=f"card of {name}", receipt_url=f"https://r/{name}",
    )  # fmt: skip
    session.add(order)
    session.flush()
    ledger.give(session, user.id, Movement(EntryKind.PURCHASE, 5, f"order:{order.id}", "Bought", order.id))
    note = f"Clip of {name} at the beach.jpg"
    ledger.spend(session, user.id, Movement(EntryKind.GENERATION, 2, f"take:{new_id()}", note))
    payload = {"data": {"object": {"id": session_id, "customer_details": {"email": f"{name}@example.org"}}}}
    session.add(
        WebhookEvent(
            source="stripe", event_id=new_id().hex, kind="checkout.session.completed", payload=payload
        )
    )


def _come_and_go(session: Session, user: User, name: str) -> None:
    """Ways to sign in, an invitation, and mail."""
    once = f"film_ready:{new_id()}"
    session.add_all([
        add_passkey(session, user.id),
        RecoveryCode(owner_id=user.id, code_hash=new_id().hex),
        Invitation(owner_id=user.id, code_hash=new_id().hex, name=f"Aunt of {name}"),
        Mail(
            owner_id=user.id, kind=MailKind.FILM_READY, address=f"{name}@example.org", once=once,
            expires_at=now(),
        ),
        MailOptOut(owner_id=user.id, kind=MailKind.FILM_READY),
    ])  # fmt: skip


def _remove_a_photo(session: Session, project: Project) -> str:
    """It can come back for a while; the key of its file."""
    removal = Removal(owner_id=project.owner_id, project_id=project.id, rows={})
    session.add(removal)
    session.flush()
    key = new_key(project.owner_id, "photos", "jpg")
    file = RemovedFile(
        owner_id=project.owner_id, removal_id=removal.id, row_table="photos", row_id=new_id(),
        row_column="master_key", file_key=key,
    )  # fmt: skip
    session.add(file)
    return key


def _ask_for_a_link(session: Session, address: str) -> None:
    """To sign in, which belongs to nobody yet."""
    session.add(SignInLink(kind=SignInLinkKind.EMAIL, email=address, expires_at=now()))
    session.add(
        Mail(kind=MailKind.SIGN_IN, address=address.title(), once=f"sign_in:{new_id()}", expires_at=now())
    )
