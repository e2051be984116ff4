"""`echoes verify`: the Content Credentials (C2PA) of a file, in words."""

from collections.abc import Callable, Iterator
from pathlib import Path

from echoes.content_credentials.reading import (
    Action,
    Credentials,
    CredentialsUnreadable,
    NoCredentials,
    Verdict,
    read_credentials,
)
from echoes.content_credentials.signer import trusted_pem
from echoes.settings import Settings
from echoes.text.formatting import duration

UNCHANGED, CHANGED, NONE = 0, 1, 3
"""Exit codes."""
SAID = {
    Verdict.OURS: "Nobody has changed it since Echoes here signed it.",
    Verdict.UNKNOWN_SIGNER: "Nobody has changed it since it was signed; who signed it is not known here.",
    Verdict.EXPIRED: "Nobody has changed it, but its certificate has ended, and no time stamp says when it "
    "was signed.",
    Verdict.CHANGED: "Somebody has changed it, or its Content Credentials, after it was signed.",
}

Say = Callable[[str], None]


def verify_file(file: Path, settings: Settings, say: Say) -> int:
    """The exit code."""
    try:
        found = read_credentials(file, trusted_pem(settings))
    except NoCredentials as error:
        say(f"{file}: {error}")
        return NONE
    except CredentialsUnreadable as error:
        say(f"✗ {file}: {error}")
        return CHANGED
    for line in _lines(file, found):
        say(line)
    return UNCHANGED if found.verdict in (Verdict.OURS, Verdict.UNKNOWN_SIGNER) else CHANGED


def _lines(file: Path, found: Credentials) -> Iterator[str]:
    is_good = found.verdict in (Verdict.OURS, Verdict.UNKNOWN_SIGNER)
    yield f"{'✓' if is_good else '✗'} {file}: {SAID[found.verdict]}"
    yield f"  Made by: {_plain(found.generator)}"
    yield f"  Signed by: {_plain(found.signer)}" + (f", {_plain(found.signed_at)}" if found.signed_at else "")
    for problem in found.problems:
        yield f"  Problem: {_plain(problem)}"
    for action in found.actions:
        yield from _said_of(action)


def _said_of(action: Action) -> Iterator[str]:
    where = f"In {len(action.seconds)} shots" if len(action.seconds) != 1 else "In one shot"
    place = where if action.seconds else "In all of it"
    what = f" {_plain(action.description)}" if action.description else ""
    facts = ", ".join(filter(None, map(_plain, (action.name, action.source_type, action.agent))))
    yield f"  {place}:{what} ({facts})"
    if action.seconds:
        yield "    " + ", ".join(f"{duration(start)}–{duration(end)}" for start, end in action.seconds)


def _plain(text: str) -> str:
    """Anybody can write anything into a manifest: nothing of it acts on the terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:300]
