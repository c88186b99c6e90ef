"""What people ask for and decide: plain functions that the commands and the review application call."""
