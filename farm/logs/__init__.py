"""What processes print, kept by attempt."""
