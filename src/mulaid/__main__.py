"""`python -m mulaid` is `mulaid`."""

from mulaid.cli import main

main()
