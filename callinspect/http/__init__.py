"""One HTTP request under guard: sending, retrying, proxies, TLS, pace. Nothing else imports httpx or httpcore."""
