"""Models and adapters into memory."""
