"""Speech without downloads: a small Whisper and a small Piper voice of our own, and what they are measured by."""
