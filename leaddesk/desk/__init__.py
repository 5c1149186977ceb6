"""``Desk``: the one object the window and the headless commands talk to, the row shapes it shows, and its two workers.

Imports ``sync``, ``store.local``, ``wire``, ``intake``, ``pages``, ``config`` and ``domain``; no Qt.
"""
