"""The central's database: every tenant's operations with verdicts, current rows, history, feed, users and devices.

``Book`` and ``Feed`` are one tenant's inside a unit, ``people`` who may come in, ``export`` everything as it stands.
"""
