"""The frame-exact cut. Pure."""
