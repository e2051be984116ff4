"""Catalogues: what people can choose among, each list once, followed by compiler, pages and player."""
