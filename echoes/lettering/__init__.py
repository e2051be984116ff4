"""Words as pictures for the player: cards and captions, drawn by the compiler and kept by content.

The address of a picture carries the words and is signed, so that nobody else has anything drawn.
"""

from echoes.lettering.addresses import Words, address_of

__all__ = ["Words", "address_of"]
