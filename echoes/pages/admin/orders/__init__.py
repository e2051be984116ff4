"""/admin/orders: what was bought."""
