"""Pages of the administration: creating citizens’ accounts."""
