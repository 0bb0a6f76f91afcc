"""Figures of the economy: what was known of them when, net liquidity, and the regimes they make."""
