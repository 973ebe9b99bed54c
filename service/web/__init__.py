"""Pages: what respondents and staff see in a browser."""
