"""The voice's verbs: say, hear, listen, and ``santral voice``."""
