"""Error classes: one a kind, with an HTTP status, a code for programs and a sentence for people.

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
├── StorageFull       the disk has no room
│   └── ReadOnly      the disk, or its folder, may not be written to
├── StorageUnavailable  the bucket cannot be reached, or does not let us in
└── InternalError     for the log, or for whoever runs Echoes: people read OUR_FAULT

What one module alone raises stands there: ProviderError (providers.base), CompilationFailed
(processes.compiler_base), … All derive from EchoesError. `error_responses` makes answers of them. A code is
never given to two classes: programs and addresses name a kind by it.
"""

from typing import ClassVar, TypeGuard

from echoes.text.formatting import pluralize

LONGEST_CAUSE = 160
OUR_FAULT = "Something went wrong on our side. Nothing is lost; please try again in a moment."


def brief(cause: object) -> str:
    """A cause for the log, which may quote a person's file or another service: the last line of it, which
    names the error, cut, and escaped where it would act on a terminal or pretend to be another line."""
    lines = str(cause).strip().splitlines()
    said = repr(lines[-1][:LONGEST_CAUSE])[1:-1][:LONGEST_CAUSE] if lines else ""
    return f"{type(cause).__name__}: {said}" if isinstance(cause, BaseException) else said


def is_expected(error: BaseException) -> TypeGuard["EchoesError"]:
    """Whether its sentence may be shown. Any other is a fault of ours: logged, and OUR_FAULT is shown."""
    return isinstance(error, EchoesError) and not isinstance(error, InternalError)


def for_operators(error: "EchoesError") -> str:
    """The reason and what to do about it, where an error knows them; otherwise what people read."""
    reason, advice = f"{error}".rstrip("."), getattr(error, "advice", "")
    return f"{reason[:1].upper()}{reason[1:]}. {advice}" if advice else f"{error}" or error.sentence


class EchoesError(Exception):
    """`sentence` is shown to the user; the cause belongs into the log."""

    status: ClassVar[int] = 500
    """Of an HTTP response."""
    code: ClassVar[str] = "failed"
    """Stable, whatever becomes of the sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    @property
    def headers(self) -> dict[str, str]:
        """Of an HTTP response, beside those of every error."""
        return {}


class NotFound(EchoesError):
    status = 404
    code = "not_found"

    def __init__(self, sentence: str = "There is nothing here. It may have been removed.") -> None:
        super().__init__(sentence)


class NotSignedIn(EchoesError):
    """`problem` names what the sign-in page says, unless nothing is wrong but that nobody is signed in."""

    status = 401
    code = "not_signed_in"

    def __init__(self, sentence: str = "Please sign in to continue.", problem: str = "") -> None:
        super().__init__(sentence)
        self.problem = problem


class Refused(EchoesError):
    status = 403
    code = "refused"


class OutOfCredits(Refused):
    status = 402
    code = "out_of_credits"

    def __init__(self, needed: int, balance: int) -> None:
        super().__init__(f"You need {pluralize(needed - balance, 'more credit')} for this.")
        self.needed, self.balance = needed, balance


class TooOften(Refused):
    status = 429
    code = "too_often"

    def __init__(self, sentence: str, seconds: int) -> None:
        """`seconds` until it may be tried again."""
        super().__init__(sentence)
        self.seconds = seconds

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.seconds)}


class BadInput(EchoesError):
    status = 422
    code = "bad_input"


class BadPicture(BadInput):
    code = "bad_picture"


class BadMusic(BadInput):
    code = "bad_music"


class MusicVideo(BadMusic):
    """Not an end: what was sent is kept until its owner has said whether the sound is wanted."""

    code = "music_is_video"


class StorageFull(EchoesError):
    status = 507
    code = "storage_full"

    def __init__(
        self,
        sentence: str = "There is no room left for this. What you have is safe; please try again later.",
    ) -> None:
        super().__init__(sentence)


class ReadOnly(StorageFull):
    code = "read_only"

    def __init__(self) -> None:
        super().__init__("We cannot store anything right now. What you have is safe; please try again later.")


class StorageUnavailable(EchoesError):
    """`cause` is for the log, `advice` for whoever runs Echoes. What is lasting needs an operator."""

    status = 503
    code = "storage_unavailable"
    kind = "storage_unavailable"
    retryable, tries = True, 10
    """Of a job: within a quarter of an hour, for what it has made may have been paid for."""

    def __init__(self, cause: str, advice: str = "", is_lasting: bool = False) -> None:
        super().__init__("We cannot reach your files right now. Nothing is lost; please try again later.")
        self.cause, self.advice, self.is_lasting = cause, advice, is_lasting

    def __str__(self) -> str:
        return self.cause


class InternalError(EchoesError):
    """`str(error)` is the reason. Whoever else it reaches reads a calm sentence."""

    code = "internal"

    def __init__(self, reason: str = "") -> None:
        super().__init__(OUR_FAULT)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason
