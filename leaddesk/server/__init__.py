"""The central: ``Authority`` answers a signed-in device, ``batch`` and ``gate`` decide on what it pushes, ``access``
says who may do what, ``doorkeeper`` who comes in, ``app`` speaks HTTP and ``document`` describes it, ``admin`` is its
keys.

Imports ``store.central``, ``wire``, ``config``, ``domain``. No SQL here, no rule of the business: those are in
``store`` and ``domain``. Every write is one unit that holds its tenant's counter row, so the order of numbers is the
order of commits.
"""
