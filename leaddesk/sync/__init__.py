"""One push-and-pull cycle against ``Central``, and ``Central`` over HTTP. No threads of its own. Imports ``store``
(its local drawer), ``wire``, ``domain``.

The rules of sync

1. An operation is born with its id and keeps it; it is on disk before it is sent, and sending it twice is harmless.
   The numbers of a device are for audit, never a gate: a desk that hears of others' operations under its own, since its
   profile was copied or put back, goes on as another device.
2. The outbox is emptied oldest first within an account, in batches of at most 500 operations or 1 MB. One that alone is
   more than the central takes is set aside at the desk and stops no other. Objections go first, both ways: before all
   else of the outbox, and on the first page of a long pull, which is fetched before the rest of a long outbox goes.
3. Every operation gets exactly one verdict, stored by the central with it; a repeat gets the same one.
4. A refused operation holds nothing: each is judged by itself, so that who lost a lead keeps his call. One that could
   not be judged holds only later ones on the same account. Both stand in *Needs attention*, intact.
5. Pulled rows and the cursor are stored in one transaction. What is shown is the last server row with pending
   operations on top, so a pull never overwrites an edit and a refusal undoes exactly. Rows told before their account
   wait for it until the end of the pull.
6. ``resync-required`` means: pull afresh, keep the outbox. ``history-changed`` means besides that everything
   acknowledged waits again and is sent first: the central was restored and may have lost it. It is found out, before
   anything is decided, by the epoch and the chain at the cursor and at the point of the last verdicts. Absence is never
   a deletion. What the central has declared durable, since two checked backups hold it, a desk forgets, a part at the
   end of each pull: not what may be undone, nor what waits or needs attention.
7. Offline is a state, not an error. A captive portal's page, a 500 and half an answer are not data: none is recorded.
8. The central's order is the truth; clocks are data beside it.
9. No echo, no blind trust: with its verdicts the central tells the hash of every account they touched. Only where the
   desk's own hash is the same does the next pull leave those rows out.
10. The recount compares what a desk holds with the central, account by account, by hashes that each end makes of its
   own rows, a part whenever there is nothing else to do. What differs is mended by row; accounts with unsent work, and
   news on the way, are left for another time.
11. A pull from the beginning tells whole accounts in the order of their ids, in blocks with their digests, as of one
   point of the books; then what has changed since that point. A block and the cursor behind it are stored together, so
   what is here is not asked for again. A block of which nothing is here, while nothing is pending, goes straight into
   the tables; any other is taken row by row like all news. None is ever on disk in the clear.
12. An operation is read in the form it was born in, at every age, so no upgrade needs an empty outbox. The central
   tells news in the protocols of two versions back and takes operations in any older one; of a newer it takes nothing
   and says so before anything is decided: the desk keeps its outbox. What only a newer program can read of a history
   is kept as it came, and may not be undone upon.
"""
