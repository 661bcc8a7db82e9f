"""What a worker holds: one stateful copy of a model behind the small protocol of ``engines.base``."""

import os

# Both are read when TensorFlow and Keras are first imported, and both default to what nobody wants here:
# log lines of C++ on a user's terminal, and whichever backend some file in the home directory names.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ["KERAS_BACKEND"] = "tensorflow"
