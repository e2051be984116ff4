"""The admin pages: a line each, of which the app's routes are made. A new one is its folder, a line here, and
one in `common.sections` if it stands in the navigation."""

from collections.abc import Callable
from dataclasses import dataclass

import reflex as rx
from reflex.event import EventType

from echoes.pages.admin.allowances.state import AllowancesState
from echoes.pages.admin.allowances.view import allowances_page
from echoes.pages.admin.audit_log.state import AuditLogState
from echoes.pages.admin.audit_log.view import audit_log_page
from echoes.pages.admin.common.sections import SECTIONS
from echoes.pages.admin.dashboard.state import DashboardState
from echoes.pages.admin.dashboard.view import dashboard_page
from echoes.pages.admin.invitations.state import InvitationsState
from echoes.pages.admin.invitations.view import invitations_page
from echoes.pages.admin.job.state import JobState
from echoes.pages.admin.job.view import job_page
from echoes.pages.admin.jobs.state import JobsState
from echoes.pages.admin.jobs.view import jobs_page
from echoes.pages.admin.ledger_health.state import LedgerHealthState
from echoes.pages.admin.ledger_health.view import ledger_health_page
from echoes.pages.admin.music.state import MusicState
from echoes.pages.admin.music.view import music_page
from echoes.pages.admin.orders.state import OrdersState
from echoes.pages.admin.orders.view import orders_page
from echoes.pages.admin.people.state import PeopleState
from echoes.pages.admin.people.view import people_page
from echoes.pages.admin.person.state import PersonState
from echoes.pages.admin.person.view import person_page
from echoes.pages.admin.pricing.state import PricingState
from echoes.pages.admin.pricing.view import pricing_page
from echoes.pages.admin.prompt.state import PromptState
from echoes.pages.admin.prompt.view import prompt_page
from echoes.pages.admin.providers.state import ProvidersState
from echoes.pages.admin.providers.view import providers_page
from echoes.pages.admin.replies.state import ReportedRepliesState
from echoes.pages.admin.replies.view import reported_replies_page


@dataclass(frozen=True, slots=True)
class AdminPage:
    path: str
    """Below /admin/."""
    draw: Callable[[], rx.Component]
    on_load: EventType[()]

    @property
    def route(self) -> str:
        return f"/admin/{self.path}".rstrip("/")

    @property
    def title(self) -> str:
        """Of the section that it belongs to: the page of one job is a part of that of all."""
        section = next(section for section in SECTIONS if section.key == self.path.partition("/")[0])
        return f"{section.label} · Operator · Echoes"


ADMIN_PAGES = (
    AdminPage("", dashboard_page, DashboardState.watch),
    AdminPage("jobs", jobs_page, JobsState.watch),
    AdminPage("jobs/[job_id]", job_page, JobState.watch),
    AdminPage("providers", providers_page, [ProvidersState.watch, ProvidersState.ask_accounts]),
    AdminPage("prompt", prompt_page, PromptState.watch),
    AdminPage("allowances", allowances_page, AllowancesState.watch),
    AdminPage("music", music_page, MusicState.watch),
    AdminPage("people", people_page, PeopleState.watch),
    AdminPage("people/[person_id]", person_page, PersonState.watch),
    AdminPage("invitations", invitations_page, InvitationsState.watch),
    AdminPage("orders", orders_page, OrdersState.watch),
    AdminPage("terms", pricing_page, PricingState.watch),
    AdminPage("replies", reported_replies_page, ReportedRepliesState.watch),
    AdminPage("books", ledger_health_page, LedgerHealthState.watch),
    AdminPage("log", audit_log_page, AuditLogState.watch),
)
