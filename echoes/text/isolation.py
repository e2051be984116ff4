"""Bidi isolation (UAX #9): a person's text inside one of our sentences, whichever way it runs."""

import unicodedata

FIRST_STRONG_ISOLATE, POP_DIRECTIONAL_ISOLATE = "\u2068", "\u2069"
NESTING = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
"""Embeddings, overrides and isolates: in a file's name they could end ours, or turn what comes after it."""
FROM_RIGHT = frozenset(("R", "AL", "AN"))


def isolated(text: object) -> str:
    """As it stands in a sentence: a name from right to left would take along the signs and numbers beside it.

    What runs as our sentences do stays as it is, so that mails and previews of links hold nothing unseen. Of
    a page's var nobody knows yet what it will hold: it is isolated whatever that is.
    """
    if not isinstance(text, str):
        return f"{FIRST_STRONG_ISOLATE}{text}{POP_DIRECTIONAL_ISOLATE}"
    bare = text.translate(NESTING)
    if not any(unicodedata.bidirectional(character) in FROM_RIGHT for character in bare):
        return bare
    return f"{FIRST_STRONG_ISOLATE}{bare}{POP_DIRECTIONAL_ISOLATE}"
