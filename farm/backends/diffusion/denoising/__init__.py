"""The steps of a shot: watched, kept, gone on from."""
