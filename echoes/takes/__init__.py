"""The life of a take: requested, submitted to a provider, conformed, cancelled, settled."""
