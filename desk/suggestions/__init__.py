"""Suggestions of categories from what is being typed. Nothing here ever files a ticket: a person chooses."""
