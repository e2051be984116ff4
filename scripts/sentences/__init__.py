"""Message catalogue: every user-facing string (what a person or an operator may read) and its place."""

from scripts.sentences.collect import collect
from scripts.sentences.entry import Sentence

__all__ = ["Sentence", "collect"]
