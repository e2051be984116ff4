"""ASGI middleware: security headers, cache headers, page paths, refused control characters."""
