"""Giao diện lập trình: the same use cases as the pages, for programs; versioned in the address."""
