"""Sounds that come along, and those of a place."""
