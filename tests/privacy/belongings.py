"""A person who has something of everything, files included."""

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
    JobEvent,
    Order,
    ProjectEdit,
    ShareLink,
    ShareView,
    Upload,
    UploadKind,
    User,
    WebhookEvent,
    new_id,
)
from echoes.projects.segment_cache import rendered_parts
from echoes.settings import get_settings
from echoes.storage import get_storage, new_key
from echoes.uploads.parts.local import path_of
from tests.support.rows import add_photo, add_project, add_take, add_track, add_video


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
        project = add_project(session, user.id, title)
        photo = add_photo(session, project, f"{name} at the beach.jpg")
        photo.master_key, photo.thumbnail_key = (
            new_key(user.id, kind, "jpg") for kind in ("photos", "thumbs")
        )
        take = add_take(session, photo, approved=True)
        take.video_key, take.poster_key = new_key(user.id, "takes", "mp4"), new_key(user.id, "takes", "jpg")
        take.raw_key, take.audio_key = new_key(user.id, "raw", "mp4"), new_key(user.id, "takes", "m4a")
        video = add_video(session, project)
        video.film_key, video.poster_key = new_key(user.id, "films", "mp4"), new_key(user.id, "films", "jpg")
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
        session.add(JobEvent(owner_id=user.id, subject_id=take.id, message=f"made for {name}"))
        _trade(session, user, name)
        keys = (
            photo.master_key, photo.thumbnail_key, take.video_key, take.poster_key, take.raw_key,
            take.audio_key, video.film_key, video.poster_key, large.film_key, track.audio_key,
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
