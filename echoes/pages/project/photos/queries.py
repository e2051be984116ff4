"""Queries of the photos step: the photos, and what the first cut would make of them."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import col, select

from echoes.database import UserSession
from echoes.first_cut import service
from echoes.first_cut.service import FirstCut
from echoes.models import Clip
from echoes.pages.project.clips.offer import priced
from echoes.pages.project.photos.words import REASONS, aside_in_words
from echoes.pages.project.queries import Head, head_of
from echoes.photos import service as photos
from echoes.storage import get_storage
from echoes.takes import requesting
from echoes.text.formatting import pluralize


@dataclass(frozen=True)
class PhotoTile:
    id: str
    picture: str
    name: str
    ratio: float
    has_clip: bool
    is_truncated: bool
    aside: str = ""
    """Why the first cut leaves it out; nothing for those that it uses."""
    is_used_anyway: bool = False


@dataclass(frozen=True)
class FirstCutOffer:
    """The one button that makes the film; without a label there is nothing left to make."""

    label: str = ""
    sentence: str = ""
    price: int = 0
    """Of each clip."""
    aside: str = ""
    """How many photos are not used, and why."""
    asides: int = 0
    first_aside: str = ""
    is_prepared: bool = False


@dataclass(frozen=True)
class PhotosPageViewModel:
    head: Head
    tiles: list[PhotoTile] = field(default_factory=list)
    offer: FirstCutOffer = FirstCutOffer()


def photos_page(session: UserSession, project_id: UUID) -> PhotosPageViewModel:
    head, cut = head_of(session, project_id), service.plan(session, project_id)
    price, tiles = requesting.offer(session).price, _tiles(session, project_id, cut)
    return PhotosPageViewModel(head, tiles, _offer(tiles, cut, price))


def _offer(tiles: list[PhotoTile], cut: FirstCut, price: int) -> FirstCutOffer:
    count, photos = len(cut.photo_ids), pluralize(len(tiles), "photo")
    label = (
        f"Add {pluralize(count, 'photo')} to my film" if cut.is_prepared or cut.has_film else "Make my film"
    )
    return FirstCutOffer(
        label=label + priced(price * count) if count else "",
        sentence=f"{count} of {photos}" if 0 < count < len(tiles) else f"{photos} added",
        price=price,
        aside=aside_in_words(aside.reason for aside in cut.aside.values()),
        asides=len(cut.aside),
        first_aside=next((tile.id for tile in tiles if tile.aside), ""),
        is_prepared=cut.is_prepared,
    )


def _tiles(session: UserSession, project_id: UUID, cut: FirstCut) -> list[PhotoTile]:
    storage = get_storage()
    animated = set(session.exec(select(Clip.photo_id).where(col(Clip.project_id) == project_id)))
    return [
        PhotoTile(
            id=str(photo.id),
            picture=storage.url(photo.thumbnail_key),
            name=photo.filename,
            ratio=round(photo.width / photo.height, 3),
            has_clip=photo.id in animated,
            is_truncated=photo.is_truncated,
            aside=REASONS[cut.aside[photo.id].reason] if photo.id in cut.aside else "",
            is_used_anyway=photo.is_used_anyway and photo.id not in animated,
        )
        for photo in photos.list_photos(session, project_id)
    ]
