"""What both ends print: sentences from message keys in the reader's language, dates, numbers, the report page.

Imports ``config`` and ``domain``; no Qt, so that the window, the commands and the server say the same words.
"""
