"""What is said of a shot before anything loads."""
