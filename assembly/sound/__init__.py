"""What is heard, from the cut to the mix."""
