"""Outside text into domain values: phone numbers, Y-tunnus, dates, amounts, tables of other people's making.

Imports ``domain``, and ``config`` for the folder of what ships with the program. A file is read (``file``), its columns
are mapped (``mapping``), each row becomes a value or a failure that says where, why and what was expected (``rows``),
and failed rows can be written back for Excel (``failed``).
"""
