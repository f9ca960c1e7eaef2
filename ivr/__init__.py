"""The flow a caller walks: hours, greeting, menus, messages, call-backs, and the waiting room of a queue. Pure."""
