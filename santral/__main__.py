"""``python -m santral``."""

from santral.program import main

main()
