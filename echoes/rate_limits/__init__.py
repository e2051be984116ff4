"""Rate limits: the counters, in this process or in Redis, and the middleware of routes."""
