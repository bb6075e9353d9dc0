"""Systems outside the agency: each a port, an adapter over HTTP and a sandbox. Never inside a transaction."""
