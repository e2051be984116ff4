"""The job engine: who runs what, where, and what happens when a process ends in the middle."""

from echoes.engine.engine import Engine, is_alive, lifespan, running

__all__ = ["Engine", "is_alive", "lifespan", "running"]
