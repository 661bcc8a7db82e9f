"""Read the works that texts are made of: a module a work, with its package, its licence and its parser."""
