"""The central's database: every tenant's operations with verdicts, current rows, history, feed, users and devices."""
