"""Charts as values, and as SVG drawn from them."""
