"""Several photos at once: the boxes that select them, and the bar with what can be done with them."""
