"""What films have cost."""
