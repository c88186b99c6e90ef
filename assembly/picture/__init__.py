"""Takes become the picture of a film."""
