"""Let blind readers compare texts: see `benchmarks.readers.__main__`."""
