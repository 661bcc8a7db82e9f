"""Build the texts that the shipped models learned from, out of packaged works that are free to use."""
