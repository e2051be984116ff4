"""Failure messages that the clip services have in common: what a person reads, whichever of them it was."""

UNUSABLE = "The clip service could not use this photo. Please try another one."
TROUBLE = "The clip service had a problem with this clip. Please try again in a while."
UNKNOWN = "The clip service could not make this clip. Please try another motion or another photo."
CANCELLED = "The clip service cancelled this clip."
GONE = "The clip service no longer knows this clip. Please try again."
