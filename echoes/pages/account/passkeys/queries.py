"""Queries of how a person signs in."""

from dataclasses import dataclass

from echoes.accounts import sign_in_methods
from echoes.accounts.passkeys import recovery_codes
from echoes.accounts.passkeys.relying_party import are_passkeys_on
from echoes.accounts.passkeys.service import KnownPasskey, passkeys_of
from echoes.database import UserSession
from echoes.models import now
from echoes.settings import get_settings
from echoes.text.formatting import date_in_words, pluralize, time_ago


@dataclass(frozen=True)
class PasskeyRow:
    id: str
    name: str
    facts: str


@dataclass(frozen=True)
class WaysInViewModel:
    is_shown: bool = False
    can_add: bool = False
    must_confirm: bool = False
    """Before anything here may be changed."""
    codes: str = ""
    """How many recovery codes are left, in words; empty without any."""


def read_ways_in(session: UserSession, token: str | None) -> tuple[WaysInViewModel, list[PasskeyRow]]:
    known, is_on, left = passkeys_of(session), are_passkeys_on(get_settings()), recovery_codes.left(session)
    ways = WaysInViewModel(
        is_shown=is_on or bool(known),
        can_add=is_on,
        must_confirm=is_on and not sign_in_methods.is_recent_enough(session, token),
        codes=f"{pluralize(left, 'unused recovery code')} left." if left else "",
    )
    return ways, [_row(one) for one in known]


def _row(one: KnownPasskey) -> PasskeyRow:
    used = f"last used {time_ago(one.used_at, now())}" if one.used_at else "not used yet"
    kept = "synchronised by a password manager" if one.is_backed_up else "on one device only"
    return PasskeyRow(str(one.id), one.name, f"Made on {date_in_words(one.made_at)}, {used}, {kept}")
