"""The one H.264 encoding profile: its parameters, the encoder, and the verification of a file."""
