"""Khách qua Cổng: who came in through the portal's sign-in, at a desk that has no accounts of its own."""
