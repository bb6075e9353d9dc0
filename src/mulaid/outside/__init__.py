"""What others run and this system asks: for each a port, an adapter over HTTP and a sandbox. Never in a transaction."""
