"""Frames in and out of clips."""
