"""Prices stand before sign-up as they are: with what is given, what is free, and what is sold."""

from uuid import UUID

import pytest

from echoes import operator_settings
from echoes.credits.packs import seed_packs
from echoes.credits.price_list import PriceList, read_price_list
from echoes.database import Database
from echoes.operator_settings import Providers, Rewards
from echoes.pages.public.prices.queries import ALL_IS_FREE, PackOnOffer, in_words
from echoes.settings import get_settings
from tests.pages.every_handler import PRICES
from tests.support.tabs import OpenTab


@pytest.fixture
def shop(database: Database) -> None:
    with database.unscoped() as session:
        seed_packs(session)
        operator_settings.write(session, Providers(prices={"motion": 2}), None)
        operator_settings.write(session, Rewards(sign_up_locally=5), None)


@pytest.mark.usefixtures("shop")
async def test_nobody_needs_to_sign_in_to_read_them(open_tab: OpenTab) -> None:
    tab = open_tab(None)
    await tab.load("/")
    prices = (await tab.send(f"{PRICES}.read", at="/")).fields["prices"]
    assert prices.sentence == "A moving clip costs 2 credits."
    assert prices.gift == "You begin with 5 credits, enough for 2 clips."
    assert prices.packs[1] == PackOnOffer("20 credits", "$45", "$2.25 a credit")


@pytest.mark.usefixtures("shop")
def test_where_nothing_is_sold_no_pack_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = get_settings().model_copy(update={"payments": "none"})
    monkeypatch.setattr("echoes.credits.price_list.get_settings", lambda: closed)
    assert read_price_list().packs == ()


@pytest.mark.parametrize(
    ("prices", "sentence", "gift"),
    [
        (PriceList(None), "", ""),
        (PriceList(0, gift=30), ALL_IS_FREE, ""),
        (PriceList(1, gift=0), "A moving clip costs 1 credit.", ""),
        (
            PriceList(1, gift=1),
            "A moving clip costs 1 credit.",
            "You begin with 1 credit, enough for 1 clip.",
        ),
        (PriceList(3, gift=2), "A moving clip costs 3 credits.", "You begin with 2 credits."),
    ],
    ids=["no clip service", "free", "no gift", "one", "too little for one"],
)
def test_they_are_said_as_they_are(prices: PriceList, sentence: str, gift: str) -> None:
    said = in_words(prices)
    assert (said.sentence, said.gift) == (sentence, gift)


def test_what_they_hold_is_nobodys(database: Database, anna: UUID) -> None:
    assert str(anna) not in repr(read_price_list())
