"""All of Ray: the dispatcher, the workers, and how they are reached."""
