"""The storyboard on paper: a frame of every shot, what happens in it, what is said, and for how long."""
