"""Rà soát: what in the work of officers a head of unit should look at, each line with its evidence."""
