"""Write models as files for other programs, and for the browser."""
