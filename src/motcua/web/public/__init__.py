"""Pages for everybody: home, registration, sign-in, recovery, tracking, guides."""
