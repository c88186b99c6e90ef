"""YAML and JSON documents: read into a film, with every error at its line."""
