"""Films whose scenes follow one another as their viewers choose: the graph of scenes, and ways through it."""
