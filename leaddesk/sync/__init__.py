"""One push-and-pull cycle against ``Central`` over HTTP. No threads of its own. Imports ``store.local``'s contract,
``wire``, ``domain``.

The rules of sync

1. An operation is born with its id and keeps it; it is on disk before it is sent, and sending it twice is harmless.
2. The outbox is emptied oldest first within an account, in batches of at most 500 operations or 1 MB.
3. Every operation gets exactly one verdict, stored by the central with it; a repeat gets the same one.
4. A refused or unreadable operation holds only later ones on the same account, and stands in *Needs attention*, intact.
5. Pulled rows and the cursor are stored in one transaction. What is shown is the last server row with pending
   operations on top, so a pull never overwrites an edit and a refusal undoes exactly.
6. ``history-changed`` and ``resync-required`` mean: pull afresh, keep the outbox. Absence is never a deletion.
7. Offline is a state, not an error. A captive portal's page, a 500 and half an answer are not data: nothing is
recorded. 8. The central's order is the truth; clocks are data beside it.
"""
