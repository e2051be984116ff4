"""Notices to operators: what happened that somebody has to decide about.

What operators have to know stands on their pages; whatever else tells them, such as mail, listens here:

    operator_notices.listen(send_mail)

A listener is called in the transaction that the notice is about, so that what it asks for commits with it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class OperatorNotice:
    """`path` is the page where it is decided."""

    kind: str
    sentence: str
    path: str


Listener = Callable[[Session, OperatorNotice], None]

_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Once for each process; the same listener is not called twice."""
    if listener not in _listeners:
        _listeners.append(listener)


def stop_listening(listener: Listener) -> None:
    if listener in _listeners:
        _listeners.remove(listener)


def tell(session: Session, notice: OperatorNotice) -> None:
    for listener in _listeners:
        listener(session, notice)
