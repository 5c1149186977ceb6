"""The desktop's keyed file: the view (last server row with pending operations on top), the outbox, drafts and choices."""
