"""Framing choice of a photo, as columns of the photo and of each take that was made by it."""

from typing import Any

from sqlmodel import Field, SQLModel

from compiler.subject import FramingChoice, FramingMode, MovementStrength


class Framed(SQLModel):
    focus_x: float | None = None
    """What matters to its owner, from the left and from the top, 0 to 1, of the photo as it is rotated."""
    focus_y: float | None = None
    framing_mode: str = Field(default="auto", sa_column_kwargs={"server_default": "auto"})
    """`compiler.subject.FramingMode`."""
    movement: str = Field(default="normal", sa_column_kwargs={"server_default": "normal"})
    """`compiler.subject.MovementStrength`."""

    @property
    def framing(self) -> FramingChoice:
        is_known = self.focus_x is not None and self.focus_y is not None
        focus = (self.focus_x or 0.0, self.focus_y or 0.0) if is_known else None
        return FramingChoice(focus, FramingMode(self.framing_mode), MovementStrength(self.movement))


def framing_columns(choice: FramingChoice) -> dict[str, Any]:
    x, y = choice.focus or (None, None)
    return {"focus_x": x, "focus_y": y, "framing_mode": choice.mode.value, "movement": choice.strength.value}
