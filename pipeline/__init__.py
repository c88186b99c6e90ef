"""Order and people: flows, steps, settings and the command line."""
