"""Prices in words, for people who have not signed in."""

from dataclasses import dataclass, field

from echoes.credits.price_list import PriceList
from echoes.text import formatting
from echoes.text.formatting import pluralize

REST_IS_FREE = "Arranging, music, the finished film and sharing cost nothing."
ALL_IS_FREE = "Everything is free here: moving clips, music, the finished film and sharing."


@dataclass(frozen=True)
class PackOnOffer:
    credits: str
    price: str
    each: str


@dataclass(frozen=True)
class PricesInWords:
    """Without a sentence there is nothing to say yet."""

    sentence: str = ""
    gift: str = ""
    """What a newcomer is given."""
    rest: str = ""
    packs: list[PackOnOffer] = field(default_factory=list)


def in_words(prices: PriceList) -> PricesInWords:
    if prices.clip is None:
        return PricesInWords()
    if prices.clip == 0:
        return PricesInWords(ALL_IS_FREE)
    return PricesInWords(
        f"A moving clip costs {pluralize(prices.clip, 'credit')}.",
        _gift(prices.gift, prices.clip),
        REST_IS_FREE,
        [_pack(pack.credits, pack.price_cents, pack.currency) for pack in prices.packs],
    )


def _gift(gift: int, clip: int) -> str:
    """Such as “You begin with 30 credits, enough for 30 clips.”"""
    if not gift:
        return ""
    begin, clips = f"You begin with {pluralize(gift, 'credit')}", gift // clip
    return f"{begin}, enough for {pluralize(clips, 'clip')}." if clips else f"{begin}."


def _pack(credits_: int, cents: int, currency: str) -> PackOnOffer:
    each = formatting.money(round(cents / credits_), currency)
    return PackOnOffer(pluralize(credits_, "credit"), formatting.money(cents, currency), f"{each} a credit")
