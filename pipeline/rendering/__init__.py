"""Takes that are missing are made."""
