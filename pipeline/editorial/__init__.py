"""Films on their way to editing programs and back."""
