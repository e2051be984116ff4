"""State of the admin dashboard (`/admin`): is it healthy, is someone stuck, is money right, what it costs."""

import reflex as rx

from echoes.admin.dashboard import PERIODS
from echoes.errors import BadInput
from echoes.pages.admin.common.state import AdminPageState, AdminState
from echoes.pages.admin.dashboard.queries import Chart, Tile, read_dashboard


class DashboardState(AdminPageState, AdminState):
    days: int = 1
    tiles: list[Tile] = []
    charts: list[Chart] = []
    failures: list[Tile] = []

    async def _refresh(self) -> None:
        found = await self._inspect(read_dashboard, self.days)
        self._show(tiles=found.tiles, charts=found.charts, failures=found.failures)

    @rx.event
    async def choose_period(self, days: int) -> None:
        if days not in PERIODS:
            raise BadInput("Choose a day, a week, a month or a quarter.")
        self.days = days
        await self._fill()
