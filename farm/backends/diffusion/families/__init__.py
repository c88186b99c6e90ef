"""The families of video models: each one's record, and the code that calls its pipeline."""
