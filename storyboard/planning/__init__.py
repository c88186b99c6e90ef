"""The film and what exists become a plan: what is made, and why."""
