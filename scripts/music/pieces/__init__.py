"""The pieces, in the order in which people are offered them."""

from scripts.music.pieces.playful import playful
from scripts.music.pieces.quiet import quiet
from scripts.music.pieces.sunny import sunny
from scripts.music.pieces.tender import tender
from scripts.music.pieces.wistful import wistful

PIECES = (tender(), sunny(), wistful(), playful(), quiet())
