"""The MP4 container: boxes, sample tables read and written, access units."""
