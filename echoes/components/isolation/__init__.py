"""Bidi isolation in the browser: a name inside a sentence that a script says, as echoes/text/isolation.py."""

from echoes.components.scripts import script

ISOLATION = script(__name__, "isolation.js")
"""Imported by the scripts of connection_status and of uploader."""
