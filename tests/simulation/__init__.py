"""The simulator: real desks, the real cycle and the real authority under a turned clock and a seeded bad network,
judged by an oracle that shares no rule with the product.

``python -m tests.simulation --seed N --actions M`` plays one schedule, ``--schedules N --shard I/K --resume FILE``
many, ``--mutants`` looks for each planted bug. ``world`` is the machinery, ``line`` the network, ``play`` what people
and fate do, ``oracle`` what must have come of it, ``check`` compares, ``mutants`` are historical bugs planted again,
``over_http`` the same over the real app and on the disk.

A new kind of happening is a function in ``play`` and one line in its table ``PLAYS``; a new thing that must hold is a
function in ``check`` and one line in its table ``HOLDS``.
"""
