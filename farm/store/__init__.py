"""What was made, under the digest of what it was made from."""
