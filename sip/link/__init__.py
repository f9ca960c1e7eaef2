"""The engine as a process of its own: the protocol between it and the service, and its two ends.

`engine` is the engine's process and imports nothing of the service, its configuration or its database. `remote` is the
service's end: an agent as of `sip.ports`, whose calls live in a process that it starts, watches and replaces.
"""
