"""Values that cannot be wrong once they exist. No Django, no network."""
