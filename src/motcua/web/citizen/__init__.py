"""Pages for the signed-in citizen about themselves."""
