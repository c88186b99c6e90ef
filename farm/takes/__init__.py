"""One attempt at a take, from its order to its manifest."""
