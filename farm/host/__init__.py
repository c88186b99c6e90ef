"""The machine that a process of the farm runs on."""
