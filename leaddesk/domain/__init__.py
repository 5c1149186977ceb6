"""The business: operations and ``apply``, leads, scores, deadlines, queue order, errors.

Imports the standard library alone; has no clock, disk, network, randomness or screen of its own.
"""
