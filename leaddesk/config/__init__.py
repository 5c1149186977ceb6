"""Settings, folders, credentials, the store's key, logs, and the ports for clock and ids. The only room that keeps a
secret.

Imports ``domain`` only.
"""
