"""Result of a diagnostic check."""

from dataclasses import dataclass

from echoes.errors import InternalError


class Problem(InternalError):
    """Something is wrong, and this is what to do."""

    code = "problem_found"

    def __init__(self, sentence: str, advice: str) -> None:
        super().__init__(sentence)
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    sentence: str
    advice: str = ""
    """What to do; nothing when all is well."""

    @property
    def line(self) -> str:
        sentence = " ".join(self.sentence.split())
        return (
            f"✗ {self.name}: {sentence}\n    {self.advice}" if self.advice else f"✓ {self.name}: {sentence}"
        )
