"""Turkish to be said and Turkish that was heard: see :mod:`voice.speech.say` and :mod:`voice.speech.hear`."""
