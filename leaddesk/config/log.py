"""The log: a file in the profile's folder, with no personal data, turned over at a megabyte."""

import logging
import logging.handlers

from leaddesk.config.folders import Profile


def start_log(profile: Profile) -> None:
    """Write warnings and errors of the program to ``leaddesk.log``; a folder that cannot be written gets none."""
    try:
        profile.make()
        handler = logging.handlers.RotatingFileHandler(
            profile.path / "leaddesk.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True
        )
    except Exception:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger("leaddesk").addHandler(handler)
