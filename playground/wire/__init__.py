"""Stand in for Discord on this machine's loopback: its gateway, its REST API, its rules."""
