"""What people decided of a production, and the numbers of its takes; what exists is the store's to say."""
