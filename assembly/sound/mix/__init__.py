"""Tracks become one mix."""
