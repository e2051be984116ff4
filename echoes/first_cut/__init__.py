"""First cut: the whole first version of a film from its photos, by one tap."""
