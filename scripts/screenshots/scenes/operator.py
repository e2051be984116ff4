"""Scenes of the operators' pages."""

import re
from collections.abc import Iterator

from playwright.sync_api import Page, ViewportSize

from echoes.pages.admin.registry import ADMIN_PAGES
from scripts.screenshots.rows import Demo
from scripts.screenshots.scenes.scene import Act, Scene, after, hear_nothing, tap, touch, unfold


def scenes(demo: Demo) -> Iterator[Scene]:
    ids = {"[job_id]": demo.video, "[person_id]": demo.anna}
    for page in ADMIN_PAGES:
        path = page.route
        for name, value in ids.items():
            path = path.replace(name, str(value))
        name = re.sub(r"\W+", "-", page.path).strip("-") or "dashboard"
        yield Scene(f"admin-{name}", path)
    yield from _states(demo)
    yield from _dialogs(demo)


def _states(demo: Demo) -> Iterator[Scene]:
    def sections(page: Page) -> None:
        """The fold is a phone's."""
        page.set_viewport_size(ViewportSize(width=390, height=844))
        touch(".admin-sections summary")(page)

    yield Scene("admin-loading", "/admin/jobs", before=hear_nothing)
    yield Scene("admin-sections-open", "/admin/allowances", act=sections)
    yield Scene("admin-allowances-held", "/admin/allowances", prepare=demo.hold_a_clip)
    yield Scene("admin-jobs-none", "/admin/jobs?failure=moderated&status=cancelled")
    yield Scene(
        "admin-people-none", "/admin/people", act=after(_search("Nobody of this name"), tap("Search"))
    )
    yield Scene("admin-invitations-made", "/admin/invitations", act=tap("Make an invitation"))
    yield Scene("admin-providers-terms", "/admin/providers", act=unfold("Prices and limits"))
    yield Scene("admin-prompt-shown", "/admin/prompt", act=tap("Show it"))
    yield Scene("admin-missing", "/admin/people/00000000-0000-4000-8000-000000000000")


def _say_why(page: Page) -> None:
    page.get_by_role("dialog").get_by_label("Why").fill("She called, and we know her voice.")


def _search(text: str) -> Act:
    return lambda page: page.get_by_role("searchbox").fill(text)


def _dialogs(demo: Demo) -> Iterator[Scene]:
    person = f"/admin/people/{demo.anna}"
    yield Scene("admin-person-suspend", person, act=tap("Suspend"))
    link = after(tap("Make a recovery link"), _say_why, tap("Yes, do it"))
    yield Scene("admin-person-recovery", person, act=link)
    yield Scene("admin-pack", "/admin/terms", act=tap("Add a pack"))
    yield Scene("admin-piece", "/admin/music", act=tap("Change"))
    yield Scene("admin-try-provider", "/admin/providers", act=tap("Try it"))
    yield Scene("admin-job-look", f"/admin/jobs/{demo.video}", act=tap("Look at the pictures"))
