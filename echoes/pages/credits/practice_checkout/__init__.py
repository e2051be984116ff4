"""The practice checkout, which stands in for Stripe on loopback."""
