"""Queries of the share sheet."""

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from uuid import UUID

import segno
from sqlmodel import col, select

from echoes import operator_settings
from echoes.credits import ledger
from echoes.database import UserSession
from echoes.models import Clip, EntryKind, Photo, ShareLink, Video, now
from echoes.operator_settings import Rewards
from echoes.pages.project.film.sizes.queries import SizeViewModel, ready_files
from echoes.sharing import link_preview
from echoes.sharing import service as sharing
from echoes.sharing.link_access import poster_key_of
from echoes.sharing.printed_card.routes import card_address
from echoes.storage import get_storage
from echoes.takes.posters import poster_url
from echoes.text import formatting

EMBEDDED_WIDTH = 640


@dataclass(frozen=True)
class PosterChoice:
    id: str
    """Of a clip; empty for the film's own poster."""
    label: str
    picture: str
    is_chosen: bool


@dataclass(frozen=True)
class ShareSheetViewModel:
    """A film's link, as its owner sees it."""

    project: str = ""
    video: str = ""
    link: str = ""
    address: str = ""
    title: str = ""
    preview_title: str = ""
    preview: str = ""
    """The picture that messengers show."""
    own_title: str = ""
    film_title: str = ""
    note: str = ""
    sender: str = ""
    is_dressed: bool = False
    """Whether it has been saved once: then it can be sent."""
    poster: str = ""
    posters: list[PosterChoice] = dataclass_field(default_factory=list)
    can_save: bool = True
    can_reply: bool = True
    opens_at: str = ""
    expires_at: str = ""
    has_ended: bool = False
    has_password: bool = False
    seen: str = ""
    reward: str = ""
    qr: str = ""
    card_a6: str = ""
    card_a4: str = ""
    embed: str = ""
    files: list[SizeViewModel] = dataclass_field(default_factory=list)


def read_share_sheet(session: UserSession, video_id: UUID) -> ShareSheetViewModel:
    """With a link, made now if there was none."""
    link = sharing.share(session, video_id)
    video = session.get_one(Video, video_id)
    address, title = sharing.address(link), link.title or video.title
    return ShareSheetViewModel(
        project=str(video.project_id),
        video=str(video.id),
        link=str(link.id),
        address=address,
        title=title,
        preview_title=link_preview.title_of(title, link.sender or ""),
        preview=_preview(session, link, video),
        own_title=link.title,
        film_title=video.title,
        note=link.note,
        sender=session.user.name if link.sender is None else link.sender,
        is_dressed=link.sender is not None,
        poster=str(link.poster_take_id or ""),
        posters=_posters(session, video, link),
        can_save=link.can_save,
        can_reply=link.can_reply,
        opens_at=link.opens_at.isoformat() if link.opens_at else "",
        expires_at=link.expires_at.isoformat() if link.expires_at else "",
        has_ended=_has_ended(link),
        has_password=link.password_hash is not None,
        seen=_seen(link),
        reward=_reward(session, link),
        qr=segno.make(address, error="m").svg_data_uri(scale=4, border=3, dark="#261f19", light="#fff"),
        card_a6=card_address(link, "a6"),
        card_a4=card_address(link, "a4"),
        embed=sharing.embed_code(link.token, EMBEDDED_WIDTH, EMBEDDED_WIDTH * video.height // video.width),
        files=ready_files(session, video),
    )


def _preview(session: UserSession, link: ShareLink, video: Video) -> str:
    """Ours where the film has no poster, and where nobody gets to see it any more."""
    if _has_ended(link) or not poster_key_of(session, link, video):
        return link_preview.SOCIAL_CARD
    return f"{sharing.WATCH}{link.token}/poster.jpg?of={link.poster_take_id or video.id}"


def _has_ended(link: ShareLink) -> bool:
    return link.expires_at is not None and link.expires_at <= now()


def _posters(session: UserSession, video: Video, link: ShareLink) -> list[PosterChoice]:
    """Small pictures of the photos stand for the clips' own, which are large."""
    takes = sharing.posters(session, video)
    if not takes:
        return []
    query = select(Clip.id, Photo.thumbnail_key).join(Photo, col(Photo.id) == col(Clip.photo_id))
    thumbnails = dict(session.exec(query.where(col(Clip.id).in_([take.clip_id for take in takes]))).all())
    choices = [
        PosterChoice(
            id=str(take.id),
            label=f"Clip {number}",
            picture=get_storage().url(thumbnails[take.clip_id]),
            is_chosen=take.id == link.poster_take_id,
        )
        for number, take in enumerate(takes, 1)
    ]
    own = poster_url(video, get_storage())
    return [PosterChoice("", "The start of the film", own, link.poster_take_id is None), *choices]


def _seen(link: ShareLink) -> str:
    if not link.views:
        return "Nobody has opened it yet."
    times = "once" if link.views == 1 else formatting.pluralize(link.views, "time")
    return f"Opened {times}."


def _reward(session: UserSession, link: ShareLink) -> str:
    reward = operator_settings.read(session, Rewards).share
    if not reward or ledger.is_written(session, EntryKind.SHARE, f"video:{link.video_id}"):
        return ""
    credits_ = formatting.pluralize(reward, "credit")
    return f"The first time somebody watches it somewhere else, you get {credits_}."
