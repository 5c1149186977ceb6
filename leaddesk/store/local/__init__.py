"""The desktop's keyed file: the view (last server rows, pending operations on top), the outbox, drafts and choices."""
