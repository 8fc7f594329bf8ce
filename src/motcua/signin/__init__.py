"""Other systems that trust our sign-in."""
