"""Queries of the share sheet."""

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from uuid import UUID

import segno

from echoes import operator_settings
from echoes.credits import ledger
from echoes.database import UserSession
from echoes.models import EntryKind, ShareLink, Video, now
from echoes.operator_settings import Rewards
from echoes.pages.project.film.sizes.queries import SizeViewModel, ready_files
from echoes.sharing import service as sharing
from echoes.text import formatting

EMBEDDED_WIDTH = 640


@dataclass(frozen=True)
class ShareSheetViewModel:
    """A film's link, as its owner sees it."""

    project: str = ""
    video: str = ""
    link: str = ""
    address: str = ""
    title: str = ""
    own_title: str = ""
    note: str = ""
    names_owner: bool = False
    opens_at: str = ""
    expires_at: str = ""
    has_ended: bool = False
    has_password: bool = False
    seen: str = ""
    reward: str = ""
    qr: str = ""
    embed: str = ""
    files: list[SizeViewModel] = dataclass_field(default_factory=list)


def read_share_sheet(session: UserSession, video_id: UUID) -> ShareSheetViewModel:
    """With a link, made now if there was none."""
    link = sharing.share(session, video_id)
    video = session.get_one(Video, video_id)
    address = sharing.address(link)
    return ShareSheetViewModel(
        project=str(video.project_id),
        video=str(video.id),
        link=str(link.id),
        address=address,
        title=link.title or video.title,
        own_title=link.title,
        note=link.note,
        names_owner=link.names_owner,
        opens_at=link.opens_at.isoformat() if link.opens_at else "",
        expires_at=link.expires_at.isoformat() if link.expires_at else "",
        has_ended=link.expires_at is not None and link.expires_at <= now(),
        has_password=link.password_hash is not None,
        seen=f"Seen {formatting.pluralize(link.views, 'time')}."
        if link.views
        else "Nobody has opened it yet.",
        reward=_reward(session, link),
        qr=segno.make(address, error="m").svg_data_uri(scale=4, border=3, dark="#261f19", light="#fff"),
        embed=sharing.embed_code(link, EMBEDDED_WIDTH, EMBEDDED_WIDTH * video.height // video.width),
        files=ready_files(session, video),
    )


def _reward(session: UserSession, link: ShareLink) -> str:
    reward = operator_settings.read(session, Rewards).share
    if not reward or ledger.is_written(session, EntryKind.SHARE, f"video:{link.video_id}"):
        return ""
    credits_ = formatting.pluralize(reward, "credit")
    return f"The first time somebody watches it somewhere else, you get {credits_}."
