"""`echoes setup --browser`: print the link, serve the page, and say afterwards what it did."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from echoes.commands.setup import env_file
from echoes.commands.setup.browser.dialogue import Dialogue
from echoes.commands.setup.browser.one_time_link import SECONDS_TO_OPEN, OneTimeLink
from echoes.commands.setup.browser.routes import SetupPages
from echoes.commands.setup.browser.server import address_of, listen, serve
from echoes.commands.setup.run import set_up
from echoes.settings.urls import is_loopback

Say = Callable[[str], None]

OPERATORS_LINK = re.compile(r"\S+/join/\S+")


def set_up_in_browser(
    file: Path, known: Mapping[str, str], say: Say, host: str, port: int
) -> tuple[bool, bool]:
    """Whether all is well, and whether Echoes shall be started. Raises BadInput before it begins."""
    env_file.require_quiet_environment()

    def work(answers: Mapping[str, str], tell: Say, has_clip: bool) -> bool:
        def both(line: str) -> None:
            tell(line if is_loopback(host) else without_operators_link(line))
            say(line)

        return set_up(file, answers, both, lambda _: True, is_asking=False, has_clip=has_clip)

    with listen(host, port) as listening:
        pages = SetupPages(Dialogue(known, work), OneTimeLink(), address_of(host, listening), file)
        say(f"Open this link within {SECONDS_TO_OPEN / 60:.0f} minutes. It works once:\n  {pages.url}")
        if not is_loopback(host):
            say("Others on your network can read what you type: give keys and passwords by --answers.")
        serve(pages, listening, say)
    return pages.dialogue.stage == "done", pages.wants_start


def without_operators_link(line: str) -> str:
    """For a page that others can read along: the link makes whoever opens it first the operator."""
    return OPERATORS_LINK.sub("(the terminal shows it)", line)
