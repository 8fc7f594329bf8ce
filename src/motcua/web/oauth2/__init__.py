"""Addresses that other systems call, and the two pages on the way."""
