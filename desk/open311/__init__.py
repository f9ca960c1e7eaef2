"""The tickets as Open311 GeoReport v2 (https://wiki.open311.org/GeoReport_v2): portals read them, and file new ones."""
