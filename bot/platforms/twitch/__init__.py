"""Twitch, on twitchio. `render` and the limits are pure; the library is imported by what talks to the network."""
