"""Cues: composed, arranged and played."""
