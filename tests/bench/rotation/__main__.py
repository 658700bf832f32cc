"""`python -m tests.bench.rotation`."""

from tests.bench.rotation.measure import main

main()
