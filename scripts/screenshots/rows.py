"""Rows that put the demo's films, orders and links into the states that screenshots are taken of."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import Session, col, delete, select

from echoes import operator_settings
from echoes.accounts.invitations import service as invitations
from echoes.accounts.invitations.service import InvitationTerms
from echoes.credits.payments.orders import LOCAL
from echoes.database import Database
from echoes.models import (
    Clip,
    CreditPack,
    JobStatus,
    MusicTrack,
    Order,
    OrderState,
    Passkey,
    Photo,
    Project,
    ShareLink,
    ShareReply,
    Take,
    User,
    Video,
    new_token,
    now,
)
from echoes.processes.compiler_base import NO_ROOM_LEFT
from echoes.sharing.passwords import digest
from scripts.demo.making import NAME, TITLE
from scripts.screenshots.setup_page import Outcome, serve_setup

NEWCOMER = "Bea"
FAILURES = {
    1: ("moderated", "The service that makes the clips refused this photo. Try another motion or photo."),
    2: ("timeout", "The service took too long. Your credit is back."),
    3: ("asset_invalid", "The service cannot read this photo. Please try another one."),
}

LONG_NAME = (
    "Grandmother’s ninetieth birthday with all of us in"
    " Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
)
ARABIC = "صيف مع جدتي روزا 1987 في القدس القديمة"

Copied = TypeVar("Copied", Project, Photo, Clip, Take, Video, ShareLink, MusicTrack)


class Demo:
    """The demo's rows, changed beside the running server."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite:///{folder}/echoes.db")
        with self.database.reading() as session:
            self.anna = session.exec(select(User.id).where(col(User.name) == NAME)).one()
            self.project = session.exec(select(Project.id).where(col(Project.title) == TITLE)).one()
            self.video = session.exec(
                select(Video.id).where(
                    col(Video.project_id) == self.project, col(Video.original_id).is_(None)
                )
            ).one()

    def copy_of_project(self, title: str, photos: int, clips: int = 0) -> UUID:
        """A film of Anna's with the demo's own files: so many photos, so many of them with a clip."""
        with self.database.unscoped() as session:
            project = _copy(session, session.get_one(Project, self.project), title=title)
            originals = session.exec(
                select(Photo).where(col(Photo.project_id) == self.project).order_by(col(Photo.taken_at))
            ).all()
            for number in range(photos):
                original = originals[number % len(originals)]
                photo = _copy(session, original, project_id=project.id, position=number)
                if number < clips:
                    _copy_clip(session, original, photo)
            return project.id

    def with_photos_set_aside(self) -> UUID:
        """One is left out, one used all the same, one lacks its bottom edge, and one has a long name."""
        project_id = self.copy_of_project("Some set aside", 6)
        with self.database.unscoped() as session:
            photos = session.exec(select(Photo).where(col(Photo.project_id) == project_id)).all()
            photos[0].is_left_out = photos[1].is_used_anyway = photos[2].is_truncated = True
            photos[3].filename = f"{LONG_NAME}.jpg"
        return project_id

    def with_words_and_music(self) -> UUID:
        """A film with a title, captions and two pieces of music, one with a long name."""
        project_id = self.copy_of_project("With words and music", 6, 5)
        with self.database.unscoped() as session:
            tracks = session.exec(select(MusicTrack).order_by(col(MusicTrack.position))).all()
            own = _copy(session, tracks[1], owner_id=self.anna, slug=None, title=LONG_NAME[:80], mood="")
            project = session.get_one(Project, project_id)
            project.opening_text, project.opening_subtitle = "Summer with Rosa", "1987"
            project.music_id, project.further_music = tracks[0].id, [str(own.id)]
            clips = session.exec(select(Clip).where(col(Clip.project_id) == project_id)).all()
            clips[0].caption, clips[1].caption = "Grandma’s garden, 1987", ARABIC
            clips[2].approved_take_id = None
        return project_id

    def odd_names(self) -> None:
        """Films with a long name, and one that is written from the right, as the newest."""
        for name in (LONG_NAME, ARABIC):
            self.copy_of_project(name, 2)

    def clips_in_every_state(self, project_id: UUID) -> None:
        """Kept, ready, failed in three ways, being made, waiting, held, not asked for."""
        with self.database.unscoped() as session:
            clips = session.exec(
                select(Clip).where(col(Clip.project_id) == project_id).order_by(col(Clip.position))
            ).all()
            for number, clip in enumerate(clips):
                take = session.exec(select(Take).where(col(Take.clip_id) == clip.id)).one()
                if number > 0:
                    clip.approved_take_id = None
                if number in FAILURES:
                    take.failure_kind, take.failure = FAILURES[number]
                    _without_file(take, JobStatus.FAILED)
                if number == 4:
                    _without_file(take, JobStatus.RUNNING)
                    take.stage, take.progress = "making", 0.4
                if number in (5, 6):
                    _without_file(take, JobStatus.WAITING)
                    take.held_at = now() if number == 6 else None

    def film(self, project_id: UUID, status: JobStatus, **values: Any) -> None:
        """The newest film of this project, in this state."""
        with self.database.unscoped() as session:
            session.exec(delete(Video).where(col(Video.project_id) == project_id))
            video = _copy(session, session.get_one(Video, self.video), project_id=project_id)
            video.status = status
            if status != JobStatus.SUCCEEDED:
                video.film_key = video.poster_key = video.small_poster_key = None
                video.frames = video.size_bytes = video.ended_at = None
            for name, value in values.items():
                setattr(video, name, value)

    def film_in_size(self, project_id: UUID, status: JobStatus) -> None:
        """A finished film, whose larger file is in this state."""
        self.film(project_id, JobStatus.SUCCEEDED)
        with self.database.unscoped() as session:
            video = session.exec(select(Video).where(col(Video.project_id) == project_id)).one()
            larger = _copy(session, video, original_id=video.id, width=1920, height=1080, status=status)
            larger.film_key = larger.poster_key = larger.small_poster_key = larger.ended_at = None
            larger.progress = 0.4
            larger.failure = NO_ROOM_LEFT if status == JobStatus.FAILED else None

    def link(self, **values: Any) -> str:
        """A link to the demo's film; its address."""
        with self.database.unscoped() as session:
            original = session.exec(select(ShareLink).order_by(col(ShareLink.id))).first()
            if original is None:
                raise LookupError("The demo's film is not shared.")
            link = _copy(session, original, token=new_token())
            for name, value in values.items():
                setattr(link, name, value)
            return f"/watch/{link.token}"

    def links(self) -> dict[str, str]:
        day = timedelta(days=1)
        return {
            "open": self.link(),
            "locked": self.link(password_hash=digest("kept for us")),
            "early": self.link(opens_at=now() + 3 * day),
            "ended": self.link(expires_at=now() - day),
            "off": self.link(revoked_at=now() - day),
        }

    def replies(self) -> None:
        with self.database.unscoped() as session:
            link = session.exec(select(ShareLink).order_by(col(ShareLink.id))).all()[0]
            for number, words in enumerate(
                ("", "", "I cried at the candles. Thank you, all of you.", "Again, please!")
            ):
                session.add(
                    ShareReply(
                        owner_id=self.anna,
                        link_id=link.id,
                        visitor=f"visitor{number}",
                        words=words,
                        name="Rosa" if number == 2 else "",
                        reported_at=now() if number == 3 else None,
                    )
                )

    def order(self, state: OrderState, *, is_on_its_way: bool = False) -> UUID:
        with self.database.unscoped() as session:
            pack = session.exec(select(CreditPack).order_by(col(CreditPack.position))).all()[0]
            order = Order(
                owner_id=self.anna, pack_id=pack.id, credits=pack.credits, price_cents=pack.price_cents,
                currency=pack.currency, state=state,
            )  # fmt: skip
            order.stripe_session_id = f"{LOCAL}{order.id.hex}"
            order.stripe_payment_id = f"pi_local_{order.id.hex}" if is_on_its_way else None
            session.add(order)
            return order.id

    def invitation(self) -> str:
        """A link to join by, as an operator sends it."""
        with self.database.unscoped() as session:
            _, code = invitations.create(session, InvitationTerms(name="Ruth", credits=5), None)
        return f"/join/{code}"

    def passkeys(self) -> None:
        with self.database.unscoped() as session:
            for name in ("Phone", "The old computer in the living room"):
                session.add(Passkey(owner_id=self.anna, credential_id=new_token(), public_key="", name=name))

    def newcomer_leaves(self) -> None:
        with self.database.unscoped() as session:
            newcomer = session.exec(select(User).where(col(User.name) == NEWCOMER)).one()
            newcomer.deletes_at = now() + timedelta(days=13)

    def hold_a_clip(self) -> None:
        """Clips wait for an operator, because of what they may cost."""
        project_id = self.copy_of_project("Held", 2, 2)
        with self.database.unscoped() as session:
            ours = col(Clip.project_id) == project_id
            for take in session.exec(select(Take).join(Clip, col(Clip.id) == col(Take.clip_id)).where(ours)):
                _without_file(take, JobStatus.WAITING)
                take.held_at = now()

    def setup_page(self, given: Mapping[str, str], outcome: Outcome = "well") -> str:
        return serve_setup(given, outcome)

    def make_dear(self, balance: int) -> None:
        """Clips cost a credit from now on, and Anna has so many."""
        with self.database.unscoped() as session:
            prices = operator_settings.Providers(active="motion", prices={"motion": 1})
            operator_settings.write(session, prices, None)
            session.get_one(User, self.anna).balance = balance


def _without_file(take: Take, status: JobStatus) -> None:
    take.status, take.video_key, take.poster_key, take.small_poster_key = status, None, None, None
    take.ended_at = now() if status == JobStatus.FAILED else None


def _copy_clip(session: Session, original: Photo, photo: Photo) -> None:
    clip = session.exec(select(Clip).where(col(Clip.photo_id) == original.id)).one()
    take = session.exec(select(Take).where(col(Take.clip_id) == clip.id)).first()
    mine = _copy(session, clip, project_id=photo.project_id, photo_id=photo.id, approved_take_id=None)
    if take is not None:
        mine.approved_take_id = _copy(session, take, clip_id=mine.id).id


def _copy(session: Session, row: Copied, **values: Any) -> Copied:
    """The same under another id. The files are shared: nothing here may be deleted by the app."""
    fields = {name: value for name, value in row.model_dump().items() if name not in ("id", "created_at")}
    copy = type(row)(**fields | values)
    session.add(copy)
    session.flush()
    return copy
