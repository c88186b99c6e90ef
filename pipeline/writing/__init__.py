"""A language model as a second reader: who is asked, what was answered and kept, what it comes to."""
