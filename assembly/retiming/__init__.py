"""Frames between frames, and larger ones."""
