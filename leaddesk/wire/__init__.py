"""What the two ends say to each other: messages, their JSON form, the protocol version, and ``Central``, the contract
both implement.

Imports ``domain`` and ``config`` only.
"""
