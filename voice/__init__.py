"""Sound in, sound out, around the same turn as every other channel."""
