"""What each kind of mail says. All sentences of mails stand here."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from echoes.models import MailKind
from echoes.text.isolation import isolated


@dataclass(frozen=True, slots=True)
class Content:
    """`path` is where the button leads; `signed` an id that is signed and put behind it when it is sent."""

    subject: str
    lines: tuple[str, ...]
    button: str
    path: str
    reason: str
    """Why somebody gets this."""
    signed: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Content":
        return cls(**stored | {"lines": tuple(stored["lines"])})


LIFETIMES = {MailKind.SIGN_IN: timedelta(minutes=15), MailKind.CONFIRM: timedelta(days=1)}
USUAL_LIFETIME = timedelta(days=2)
"""How long a mail is of use: after that it is not sent any more."""

PERSONAL = {
    MailKind.FILM_READY: "When a film is ready and you are away",
    MailKind.GIFT_OPENS: "On the day one of your films opens as a gift",
    MailKind.REPLY: "When somebody replies to a film you sent, at most once a day for each film",
}
FOR_OPERATORS = {
    MailKind.NOTICE: "When something waits for your decision, such as clips beyond the spending limit",
    MailKind.BACKUP_BAD: "When a backup went wrong",
}
OPTIONAL = PERSONAL | FOR_OPERATORS
"""No answer to what somebody did, so that they can do without, by the words of the account page."""


def sign_in(link_id: UUID, path: str) -> Content:
    return Content(
        subject="Your link to sign in to Echoes",
        lines=(
            "Here is the link that signs you in. It works once, within 15 minutes.",
            "If you did not ask for it, you can ignore this mail. Nobody gets in without it.",
        ),
        button="Sign in",
        path=path,
        reason="You get this because somebody typed your address on the sign-in page.",
        signed=link_id.hex,
    )


def confirm(link_id: UUID, path: str) -> Content:
    return Content(
        subject="Please confirm your e-mail address",
        lines=(
            "Please confirm that this address is yours. The link works once, within a day.",
            "If you did not ask for it, you can ignore this mail.",
        ),
        button="Confirm the address",
        path=path,
        reason="You get this because somebody entered your address on an account page.",
        signed=link_id.hex,
    )


def invitation(inviter: str, path: str) -> Content:
    """Of somebody who may have no account yet; `path` is the invitation's own."""
    return Content(
        subject=f"{isolated(inviter)} invites you to Echoes",
        lines=(
            f"{isolated(inviter)} invites you to Echoes, where photos of the people you love become a moving"
            " film.",
            "The link is for you. It lets you in without a password.",
        ),
        button="Accept the invitation",
        path=path,
        reason=f"You get this because {isolated(inviter)} entered your address.",
    )


def film_ready(title: str, path: str) -> Content:
    return Content(
        subject=f"Your film “{isolated(title)}” is ready",
        lines=(f"“{isolated(title)}” is ready to watch, to download and to share.",),
        button="Watch the film",
        path=path,
        reason="You get this because you made a film.",
    )


def gift_opens(title: str, path: str) -> Content:
    return Content(
        subject=f"“{isolated(title)}” opens today",
        lines=(
            f"Today is the day: everybody who has the link to “{isolated(title)}” can watch it now.",
            "A good moment to send it, if you have not done so yet.",
        ),
        button="Open the film",
        path=path,
        reason="You get this because you chose this day.",
    )


def reply_arrived(title: str, path: str) -> Content:
    """Without what it says: anybody who has the link can write it, and a mail is no place for that."""
    return Content(
        subject=f"Somebody replied to “{isolated(title)}”",
        lines=(
            f"Somebody who watched “{isolated(title)}” has left you a heart or a few words.",
            "If more arrive today, they wait for you beside the film.",
        ),
        button="Read it",
        path=path,
        reason="You get this because you shared a film.",
    )


def operator_notice(sentence: str, path: str) -> Content:
    """Of what somebody has to decide about, on the page of that path."""
    return Content(
        subject="Echoes is waiting for your decision",
        lines=(sentence,),
        button="Open the page",
        path=path,
        reason="You get this because you are an operator.",
    )


def backup_bad(failure: str) -> Content:
    return Content(
        subject="The backup of Echoes failed",
        lines=(failure, "Echoes tries again in an hour. `echoes doctor` says more."),
        button="Open the operator’s pages",
        path="/admin",
        reason="You get this because you are an operator.",
    )
