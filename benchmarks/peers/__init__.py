"""Write text in other ways: those that a person with the same weights would pick instead of Charla."""
