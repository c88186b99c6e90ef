"""Slates of productions: films in many versions, and what they come to before anything runs."""
