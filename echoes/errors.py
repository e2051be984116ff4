"""What can go wrong, each with a sentence that a user may read.

EchoesError
├── NotFound          there is no such thing, or it is somebody else's: the same answer
├── NotSignedIn       nobody is signed in, or the session has ended
├── Refused           the request is understood and may not be done now
│   ├── OutOfCredits  the balance does not hold what it costs
│   └── TooOften      the same again too soon
├── BadInput          what was sent cannot be used
│   ├── BadPicture    a file that is not a usable photograph
│   └── BadMusic      a file that is not usable music
│       └── MusicVideo    a video, whose sound can be used if its owner says so
└── StorageFull       the disk has no room
    └── ReadOnly      the disk, or its folder, may not be written to

What one module alone raises stands there: ProviderError (providers.base), CompilationFailed (media) …
"""

LONGEST_CAUSE = 160


def brief(cause: object) -> str:
    """A cause for the log, which may quote a person's file or another service: the last line of it, which
    names the error, cut, and escaped where it would act on a terminal or pretend to be another line."""
    lines = str(cause).strip().splitlines()
    said = repr(lines[-1][:LONGEST_CAUSE])[1:-1][:LONGEST_CAUSE] if lines else ""
    return f"{type(cause).__name__}: {said}" if isinstance(cause, BaseException) else said


class EchoesError(Exception):
    """`sentence` is shown to the user; the cause belongs into the log."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(EchoesError):
    def __init__(self, sentence: str = "There is nothing here. It may have been removed.") -> None:
        super().__init__(sentence)


class NotSignedIn(EchoesError):
    """`problem` names what the sign-in page says, unless nothing is wrong but that nobody is signed in."""

    def __init__(self, sentence: str = "Please sign in to continue.", problem: str = "") -> None:
        super().__init__(sentence)
        self.problem = problem


class Refused(EchoesError):
    pass


class OutOfCredits(Refused):
    def __init__(self, needed: int, balance: int) -> None:
        missing = needed - balance
        super().__init__(f"You need {missing} more credit{'s' if missing > 1 else ''} for this.")
        self.needed, self.balance = needed, balance


class TooOften(Refused):
    def __init__(self, sentence: str, seconds: int) -> None:
        """`seconds` until it may be tried again."""
        super().__init__(sentence)
        self.seconds = seconds


class BadInput(EchoesError):
    pass


class BadPicture(BadInput):
    pass


class BadMusic(BadInput):
    pass


class MusicVideo(BadMusic):
    """Not an end: what was sent is kept until its owner has said whether the sound is wanted."""


class StorageFull(EchoesError):
    def __init__(
        self,
        sentence: str = "There is no room left for this. What you have is safe; please try again later.",
    ) -> None:
        super().__init__(sentence)


class ReadOnly(StorageFull):
    def __init__(self) -> None:
        super().__init__("We cannot store anything right now. What you have is safe; please try again later.")
