"""How the house is wired."""
