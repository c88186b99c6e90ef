"""Lines, spoken."""
