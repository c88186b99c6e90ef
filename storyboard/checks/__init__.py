"""What a film must be beyond its schema."""
