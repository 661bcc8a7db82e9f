"""Read other people's Keras checkpoints, without running anything that they bring along."""
