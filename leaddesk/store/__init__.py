"""All SQL. Drawer ``local`` is the desktop's keyed file, drawer ``central`` the server's. Only domain and wire values
leave.

Imports ``domain`` and ``config`` (and ``wire`` for what is kept as it was said).
"""
