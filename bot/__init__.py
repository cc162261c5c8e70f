"""Santral's text side: a message comes in as text, replies go out as text.

Read ``bot/turn.py`` first: it takes one message from start to finish.
"""
