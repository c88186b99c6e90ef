"""What the web applications share: who may ask, how they are served, and what their pages are made with."""
