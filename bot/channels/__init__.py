"""Ways in and out: each channel turns its requests into messages, and replies into what its clients read."""
