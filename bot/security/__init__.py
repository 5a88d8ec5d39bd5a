"""Keys, and sealing with them."""
