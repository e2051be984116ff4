"""The smart renderer: plan, segments, soundtrack, and the film that is written."""
