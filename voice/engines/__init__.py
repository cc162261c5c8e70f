"""Engines: each library behind one file, imported when it is used."""
