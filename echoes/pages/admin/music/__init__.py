"""/admin/music: the music library."""
