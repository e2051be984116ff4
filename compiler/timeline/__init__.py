"""The timeline: what a film is, its layout to the frame, and cuts aligned to beats."""
