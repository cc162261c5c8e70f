"""The shop's code: custom actions, and the shop behind them."""
