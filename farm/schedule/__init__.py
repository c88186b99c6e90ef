"""Who renders what next, and why. Pure."""
