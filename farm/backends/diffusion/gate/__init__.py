"""What a take must be like before it is one."""
