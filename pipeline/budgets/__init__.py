"""Prices, and what films and slates may cost."""
