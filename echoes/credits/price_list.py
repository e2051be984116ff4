"""Public price list, for people who have not signed in: what a clip costs, the credits that are given at
sign-up, and the packs.
"""

from dataclasses import dataclass

from echoes import providers
from echoes.credits import packs, rewards
from echoes.database import get_database
from echoes.models import CreditPack
from echoes.providers.base import UnknownProvider
from echoes.settings import get_settings


@dataclass(frozen=True, slots=True)
class PriceList:
    clip: int | None = None
    """In credits; nothing where no clip service is set up."""
    gift: int = 0
    """Credits given at sign-up."""
    packs: tuple[CreditPack, ...] = ()
    """None where nothing is sold."""


def read_price_list() -> PriceList:
    """Nothing in it is anybody's."""
    with get_database().reading() as session:
        try:
            clip = providers.price_of(session, *providers.active(session))
        except UnknownProvider:
            clip = None
        sold = tuple(packs.offered(session)) if get_settings().has_shop else ()
        return PriceList(clip, rewards.at_sign_up(session), sold)
