"""Backups of a whole installation, and the way back (docs/backup.md).

A backup is a folder that many backups share, or one ZIP file; both have the same names inside:

vault.json                   the format, and which key it is encrypted with, if any
objects/3f/3f8a…             contents of files, named by their SHA-256 (with a key: an HMAC of it, which tells nothing)
snapshots/20261130T020000Z   one backup: its database, and all files with the objects that hold them
"""
