"""What scripts/ makes, made for real."""
