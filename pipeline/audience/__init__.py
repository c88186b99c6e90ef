"""A film is watched while it is still being made: as a page, and as a stream for any player."""
