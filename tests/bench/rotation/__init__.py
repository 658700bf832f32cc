"""What planning a year of lectures costs, and how good the plan is beside one that a solver has searched for.

python -m tests.bench.rotation              measures
python -m tests.bench.rotation.reference    makes the instances and the solver's costs anew (minutes; see there)
"""
