"""A film, opened for work."""
