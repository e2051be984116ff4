"""What people may write, in every script."""

JOINERS = "\u200c\u200d"
"""They show nothing and belong to the word: in Persian and Hindi, and in emoji made of several."""


def is_shown(line: str) -> bool:
    """Whether a name or a title holds something to see, and nothing that hides."""
    visible = line.translate(dict.fromkeys(map(ord, JOINERS)))
    return bool(visible.strip()) and visible.isprintable()
