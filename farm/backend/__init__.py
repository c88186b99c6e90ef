"""What a backend is: its protocol, and the conformance suite that every one passes."""
