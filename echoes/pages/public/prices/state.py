"""State of the prices on the landing page and the sign-in page."""

import asyncio

import reflex as rx

from echoes.credits.price_list import read_price_list
from echoes.pages.common.state import PageState
from echoes.pages.public.prices.queries import PricesInWords, in_words


class PricesState(PageState):
    prices: PricesInWords = PricesInWords()

    @rx.event
    async def read(self) -> None:
        self._show(prices=in_words(await asyncio.to_thread(read_price_list)))
