"""What the routes do. Each module ends in its rows of the route table."""
