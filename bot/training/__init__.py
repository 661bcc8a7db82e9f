"""Read people's texts, and train models on them."""
