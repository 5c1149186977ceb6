"""Deaths at every statement of a unit, desk and central: what was there before stands, or what comes after, and nothing
between.

    python -m tests.crash                 every numbered point of every act
    python -m tests.crash --stride 7      every seventh
    python -m tests.crash --tails 1000    besides: torn and flipped tails of the log, drawn by seed

Every run is a process of its own, forked from one that has prepared a file: it kills itself just before the numbered
statement, commit or change of a file's name, so that the next number is just after it.
"""
