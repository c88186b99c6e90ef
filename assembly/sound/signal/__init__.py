"""Samples: files, tracks, loudness, synthesis."""
