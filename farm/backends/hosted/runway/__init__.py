"""Runway's models, through its official SDK."""

from farm.backends.hosted.runway.backend import RunwayBackend

__all__ = ["RunwayBackend"]
