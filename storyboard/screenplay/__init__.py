"""Screenplays: Fountain and FDX read into a script, a script broken down into shots, and written back."""
