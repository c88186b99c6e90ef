"""Makes takes: backends, the store, and the farm of workers that renders what is missing."""
