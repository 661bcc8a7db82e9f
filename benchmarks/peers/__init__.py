"""The ways of others: what somebody would pick who has the same weights and wants the same text."""
