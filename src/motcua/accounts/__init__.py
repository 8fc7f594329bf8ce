"""Tài khoản: who a person is, and how sure we are."""
