"""Tình trạng: which parts of the system live, what each neighbour last said, what waits and for how long."""
