"""The admin pages' navigation, in its order. `pages.admin.registry` binds the sections to their pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """`key` is its part of the address; the label is also the browser's title."""

    key: str
    label: str
    icon: str

    @property
    def path(self) -> str:
        return f"/admin/{self.key}".rstrip("/")


SECTIONS = (
    Section("", "Today", "activity"),
    Section("jobs", "Jobs", "list_checks"),
    Section("people", "People", "users"),
    Section("orders", "Orders", "receipt"),
    Section("providers", "Providers", "plug"),
    Section("prompt", "Prompt", "message_square_text"),
    Section("terms", "Packs and rewards", "tags"),
    Section("music", "Music", "music"),
    Section("books", "Ledger", "scale"),
    Section("log", "Audit log", "scroll_text"),
)
