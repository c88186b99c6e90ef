"""Pictures and videos that people bring: the one door for each."""
