"""What the command shows, from plain values."""
