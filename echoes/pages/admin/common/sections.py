"""The admin pages' navigation, in its order. `pages.admin.registry` binds the sections to their pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """`key` is its part of the address; the label is also the browser's title."""

    key: str
    label: str
    icon: str
    is_of_orders: bool = False
    """Left out of the navigation where nothing is sold, nor was until lately."""

    @property
    def path(self) -> str:
        return f"/admin/{self.key}".rstrip("/")


SECTIONS = (
    Section("", "Today", "activity"),
    Section("jobs", "Jobs", "list_checks"),
    Section("people", "People", "users"),
    Section("invitations", "Invitations", "mail_plus"),
    Section("orders", "Orders", "receipt", is_of_orders=True),
    Section("providers", "Providers", "plug"),
    Section("prompt", "Prompt", "message_square_text"),
    Section("terms", "Packs and rewards", "tags"),
    Section("allowances", "Limits", "gauge"),
    Section("music", "Music", "music"),
    Section("replies", "Reported replies", "flag"),
    Section("books", "Ledger", "scale"),
    Section("log", "Audit log", "scroll_text"),
)
