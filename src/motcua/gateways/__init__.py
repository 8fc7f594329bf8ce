"""Every wire that leaves the house, one file per system."""
