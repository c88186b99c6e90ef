"""Letters in pictures."""
