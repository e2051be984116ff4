"""Payments: orders, Stripe's checkout, webhook, refunds and disputes, and the practice checkout."""
