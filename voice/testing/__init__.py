"""Fakes of everything that has a seam, and virtual time: for tests, of this project and of others."""
