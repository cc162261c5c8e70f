"""Voice notes of text channels, both ways."""
