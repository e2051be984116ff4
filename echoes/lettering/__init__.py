"""Words as pictures for the player: cards, captions and marks, drawn by the compiler and kept by content.

The address of a picture carries the words and is signed, so that nobody else has anything drawn.
"""

from echoes.lettering.addresses import Words, address_of, mark_of, words_of
from echoes.lettering.drawing import Drawings

__all__ = ["Drawings", "Words", "address_of", "mark_of", "words_of"]
