"""Hold what several tests share: small models, a running bot, checks and stand-ins."""
