"""Understanding: a list of components from ``config.yml``; start at ``interpreter.py``."""
