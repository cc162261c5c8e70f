"""``python -m actions.shop.demo [URL]`` writes the demo shop and shows its orders."""

from __future__ import annotations

import sys

from actions.shop.demo import main
from actions.shop.errors import ShopError

if __name__ == "__main__":
    try:
        main(sys.argv[1] if sys.argv[1:] else None)
    except ShopError as error:
        sys.exit(f"[{error.code}] {error}")
