"""Prompts, pictures and performances, as pipelines take them."""
