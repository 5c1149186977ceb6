"""All SQL. Drawer ``local`` is the desktop's keyed file, drawer ``central`` the server's; ``sqlite``, ``engine``,
``columns``, ``form`` and ``migrate`` are the plumbing both use. Only domain values leave.

Imports ``domain`` and ``config``.
"""
