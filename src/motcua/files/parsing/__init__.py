"""Runs only in the child process: reading bytes that a stranger made. No Django, no network."""
