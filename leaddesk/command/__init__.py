"""The commands: what each reads from its line, what it asks of the desk or the central, and what it prints.

Imports every room below; those that cost start time (the store, Qt, the web framework) where a command needs them.
"""
