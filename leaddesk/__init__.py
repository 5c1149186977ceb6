"""LeadDesk: the desktop work queue that turns marketing's leads into sales. Imports nothing, so the launcher may read
it."""

__version__ = "0.1.0"
