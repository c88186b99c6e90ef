"""A film as a stream while it is still being made: fragments of its clips, copied, and their playlists."""
