"""Deliverables: their forms, and whether they are what they should be."""
