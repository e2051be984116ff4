"""How a photo is framed: shown as its clip will begin, and chosen by hand."""
