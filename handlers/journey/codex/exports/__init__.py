"""The codex to take along: as Markdown, as a book to print, and as an archive that can be brought back."""
