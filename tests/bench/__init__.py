"""Benchmarks: each prints a table with the peer or floor it is compared with, and never fails a build.

python -m tests.bench.dispatch     how fast, how even and how surely due posts go out
python -m tests.bench.start        what starting costs
python -m tests.bench.search       what finding costs, and whether all is found
python -m tests.bench.routing      who is asked, how fast and how evenly
"""
