"""Link preview of a share link: what messengers are told of it (Open Graph, Twitter card, oEmbed)."""

from dataclasses import dataclass
from typing import Any

from echoes.settings import get_settings
from echoes.sharing import social_image
from echoes.sharing.link_access import LinkAccess, LinkedFilm
from echoes.sharing.service import WATCH, embed_code
from echoes.text.formatting import duration
from echoes.text.isolation import isolated

GIFT = "A film is waiting for you"
CLOSED = "This film is no longer shared"
SOCIAL_CARD = "/icons/social-card.jpg"
"""Of the same size as a film's own."""
LONGEST_DESCRIPTION = 200
LOCALE = "en_GB"
OEMBED_WIDTH = 640


@dataclass(frozen=True, slots=True)
class LinkPreview:
    title: str
    description: str
    image: str
    is_open: bool = False
    is_told: bool = False
    """Whether the title may be said before the film can be seen."""
    image_size: tuple[int, int] = social_image.SIZE
    locale: str = LOCALE


def link_preview(shown: LinkedFilm) -> LinkPreview:
    """Of a link that is not open it says nothing of the film."""
    ours = f"{get_settings().public_url}{SOCIAL_CARD}"
    if shown.access != LinkAccess.OPEN:
        return _closed(shown, ours)
    poster = f"{get_settings().public_url}{WATCH}{shown.token}/poster.jpg"
    description = f"{shown.note or 'A film made of photographs.'} {duration(shown.seconds)}"
    return LinkPreview(
        title=title_of(shown.title, shown.sender),
        description=_cut(" ".join(description.split())),
        image=poster if shown.poster_key else ours,
        is_open=True,
        is_told=True,
    )


def oembed(shown: LinkedFilm) -> dict[str, Any]:
    """For WordPress, Notion, Discord and the like, which show the player of a page that names this."""
    site = get_settings().public_url
    width, height = OEMBED_WIDTH, round(OEMBED_WIDTH * shown.height / shown.width)
    preview = link_preview(shown)
    return {
        "version": "1.0",
        "type": "video",
        "title": shown.title,
        "author_name": shown.sender,
        "provider_name": "Echoes",
        "provider_url": site,
        "width": width,
        "height": height,
        "thumbnail_url": preview.image,
        "thumbnail_width": preview.image_size[0],
        "thumbnail_height": preview.image_size[1],
        "html": embed_code(shown.token, width, height),
    }


def _closed(shown: LinkedFilm, image: str) -> LinkPreview:
    description = CLOSED if shown.access in (LinkAccess.GONE, LinkAccess.ENDED) else GIFT
    is_told = shown.access == LinkAccess.EARLY and not shown.has_password
    title = title_of(shown.title, shown.sender) if is_told else description
    return LinkPreview(title, description, image, is_told=is_told)


def title_of(title: str, sender: str) -> str:
    """With the sender, because some messengers show nothing but the title."""
    return f"{isolated(title)} · from {isolated(sender)}" if sender else title


def _cut(text: str) -> str:
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    return text[:LONGEST_DESCRIPTION].rsplit(" ", 1)[0] + " …"
