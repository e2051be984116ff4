"""The page of `echoes setup --browser` in every stage: a server for each, and no work done."""

from collections.abc import Mapping
from pathlib import Path
from threading import Thread
from typing import Literal

from echoes.commands.setup.browser.dialogue import Dialogue, Say, Stage, Work
from echoes.commands.setup.browser.one_time_link import OneTimeLink
from echoes.commands.setup.browser.routes import SetupPages
from echoes.commands.setup.browser.server import address_of, listen, serve
from echoes.errors import BadInput

HOST = "127.0.0.1"
REFUSED = "These answers do not go together:\nECHOES_PUBLIC_URL must begin with https, for passkeys need it."
Outcome = Literal["well", "unwell", "slow", "refused"]
COMPUTER = {"place": "computer", "data_dir": "data", "port": "3000", "provider": "motion"}
HOME = {
    "place": "home", "data_dir": "/srv/echoes", "port": "3000", "certificate": "yes",
    "address": "echoes.local", "sign_in": "passkey", "sign_up": "invited", "smtp_url": "",
    "payments": "free", "database_url": "", "storage": "folder", "backup_to": "/mnt/backup",
    "provider": "runway", "runway_key": "key_never_shown",
}  # fmt: skip
SAID = (
    "✓ .env is written. It holds secrets: only you can read it.",
    "✓ The database is ready.",
    "✓ /srv/echoes/recipes/echoes.service",
    "",
    "✓ folder: /srv/echoes is there, and can be written.",
    "✓ ffmpeg: version 7.1 has all that Echoes needs.",
)
UNWELL = (
    "✗ mail: smtp.example.org does not answer at port 587.\n"
    "    Check ECHOES_SMTP_URL, and whether a firewall is between."
)
INVITED = (
    "",
    "Once Echoes runs, open this link to become its first operator. It is good once, and for 7 days; give it"
    " to nobody:\n  https://echoes.local:3000/join/abcd-efgh-jkmn-pqrs",
    "",
    "To start it: make run\nThen open https://echoes.local:3000",
)


def without(known: Mapping[str, str], name: str) -> dict[str, str]:
    """The answers up to this question, which is asked next."""
    names = list(known)
    return {each: known[each] for each in names[: names.index(name)]}


class Unending(Dialogue):
    """Its work is never over. A thread that really waited would outlive the screenshots."""

    @property
    def stage(self) -> Stage:
        return "working" if self.lines else super().stage


def serve_setup(given: Mapping[str, str], outcome: Outcome = "well") -> str:
    """Its one-time link. The server ends with this process."""
    listening = listen(HOST, 0)
    listening.listen()  # Before the thread comes to it: the browser may be faster.
    dialogue = (Unending if outcome == "slow" else Dialogue)(given, _work(outcome))
    pages = SetupPages(dialogue, OneTimeLink(), address_of(HOST, listening), Path("/srv/echoes/.env"))
    Thread(target=serve, args=(pages, listening, print), daemon=True).start()
    return pages.url


def _work(outcome: Outcome) -> Work:
    def work(_answers: Mapping[str, str], say: Say, _has_clip: bool) -> bool:
        if outcome == "refused":
            raise BadInput(REFUSED)
        for line in (*SAID, *((UNWELL,) if outcome == "unwell" else INVITED)):
            say(line)
        return outcome == "well"

    return work
