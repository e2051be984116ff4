"""What can be wrong with a WebAuthn answer, in sentences."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager

from webauthn.helpers.exceptions import WebAuthnException

from echoes.errors import Refused


class PasskeyRefused(Refused):
    code = "passkey_refused"

    def __init__(
        self, sentence: str = "We could not verify this passkey. Nothing has changed; please try again."
    ) -> None:
        super().__init__(sentence)


class PasskeyExpired(PasskeyRefused):
    code = "passkey_expired"

    def __init__(self) -> None:
        super().__init__("That took too long, or it began in another browser. Please try again.")


class PasskeyUnknown(PasskeyRefused):
    code = "passkey_unknown"

    def __init__(self) -> None:
        super().__init__(
            "We do not know this passkey. It may have been removed here. Please choose another one, or sign"
            " in another way."
        )


class PasskeyOfOtherSite(PasskeyRefused):
    code = "passkey_other_site"

    def __init__(self) -> None:
        super().__init__(
            "This passkey answered for another address. Please open Echoes at its usual address and try"
            " again."
        )


class PasskeyTaken(PasskeyRefused):
    code = "passkey_taken"

    def __init__(self) -> None:
        super().__init__("This passkey is in use already. Please sign in with it.")


FAULTS = (
    WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError,
    struct.error,
)  # fmt: skip
"""What the library says of an answer that does not hold, and what it trips over in one without sense."""


@contextmanager
def judged() -> Iterator[None]:
    """Raises PasskeyRefused for whatever is wrong with somebody's answer."""
    try:
        yield
    except FAULTS as error:
        raise PasskeyRefused from error
