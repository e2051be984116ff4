"""Sound: samples, loudness, limiter, mixing with ducking, voice activity, beats."""
