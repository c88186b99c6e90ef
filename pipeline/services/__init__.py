"""What stands while people work: the farm, and Prefect's server."""
