"""Calls that are recorded: what is written, what is left out, and for how long it is kept."""
