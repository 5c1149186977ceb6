"""The window: all Qt. Knows ``desk``, ``pages``, ``config`` and ``domain``; no SQL and no network on the GUI thread.

``tokens`` and ``theme`` say how it looks, ``bridge`` is the only way to the desk and home again, ``actions`` lists
every command once, ``ticker`` is the one clock.
"""
