"""One shot on several cards."""
