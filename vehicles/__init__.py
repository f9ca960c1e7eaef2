"""Vehicles by plate: the port, a service asked over HTTP, and files that fill the local table."""
