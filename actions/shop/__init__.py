"""Orders, cargo, stock, requests and stores: ports, and the adapters that fulfil them.

Read ``ports.py`` first; ``open_shop`` in ``opening.py`` gives the parts, put together.
"""
