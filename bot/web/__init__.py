"""The web server that the bot brings."""
