"""Sample films and the template of `shotfarm new`, shipped as package data."""
