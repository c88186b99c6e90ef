"""Makes the film out of takes: the cut, picture, sound and deliverables."""
