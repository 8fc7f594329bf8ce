"""How fast it is: figures and ratios to limits measured in the same run. Nothing here is asserted by a test."""
