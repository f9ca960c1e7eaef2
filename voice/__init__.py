"""Sound: what the hotline says and plays, and what it keeps of a call. No telephony here: files in, files out."""
