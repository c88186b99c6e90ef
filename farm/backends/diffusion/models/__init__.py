"""Folders of models: where they lie, what is in them."""
