"""The three platforms emulated on this machine, the world they share, and what plays with them."""
