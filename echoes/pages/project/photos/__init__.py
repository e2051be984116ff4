"""Step one: photographs."""
