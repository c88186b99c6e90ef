"""The command `shotfarm`."""
