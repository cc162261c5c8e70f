"""Lines: one file for each kind of telephone. A line is named only by whoever opens it."""
