"""Deliverables are made, checked and put in their places."""
