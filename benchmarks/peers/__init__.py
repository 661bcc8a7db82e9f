"""Write text with other libraries, which a person with the same weights might pick instead of Charla."""
