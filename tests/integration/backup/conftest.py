"""Installations of both kinds of database, filled, and empty machines to restore them on."""

from tests.integration.storage.conftest import kind, migrated_database, migrated_file, postgres_server

__all__ = ["kind", "migrated_database", "migrated_file", "postgres_server"]
