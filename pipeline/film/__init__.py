"""The film is put together from its takes; what is missing is made and kept."""
