"""The economy beside the charts: liquidity, rates, debt, mood and altcoins."""
