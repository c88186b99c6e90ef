"""What the audience asks, and is answered."""
