"""Films as people make them in other scripts and with their own devices, written by code."""
