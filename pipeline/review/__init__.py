"""The review application: where people look at shots, and say what is to become of them."""
