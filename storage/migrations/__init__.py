"""The database's shape through the versions; `storage.migrate` runs these."""
