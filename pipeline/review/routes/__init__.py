"""Routes, and nothing but: what they answer with comes from the modules beside this folder."""
