"""The film and everything in it, as frozen pydantic models."""
