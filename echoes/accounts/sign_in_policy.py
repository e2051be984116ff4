"""Sign-in policy: who may sign in, and which e-mail addresses make an operator.

A rule about addresses or domains belongs here: every sign-in with a provider asks, of known people too.
"""

from echoes.accounts.redirects import SignInFailed
from echoes.models import User
from echoes.settings import Settings


def check(user: User) -> None:
    """Raises SignInFailed. The user's address has been confirmed by the provider, if there is one."""
    if user.suspended_at is not None:
        raise SignInFailed("suspended")


def is_operator(settings: Settings, email: str | None) -> bool:
    """Whether this confirmed address is one of `ECHOES_ADMIN_EMAILS`."""
    operators = {_folded(address.strip()) for address in settings.admin_emails.split(",") if address.strip()}
    return bool(email) and _folded(str(email)) in operators


def _folded(address: str) -> str:
    """Without capitals. Of letters beyond ASCII several become one: there, nobody passes for an operator."""
    return address.casefold() if address.isascii() else address
