"""What deliverables say of how they were made: written and signed into them last, and read again."""
