"""Prefect's flows: order only."""
