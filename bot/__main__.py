"""`python -m bot` is `soulfra`."""

from bot.cli import main

main()
