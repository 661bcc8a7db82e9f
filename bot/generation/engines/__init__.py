"""Run models: an engine makes the stateful copies that workers hold, by the protocol of `engines.protocol`."""

import os

# Read when TensorFlow and Keras are first imported. Their defaults are log lines of C++ on a user's terminal;
# oneDNN's own kernels, which gain the compiled loop nothing and announce themselves there too; and whichever
# backend some file in the home directory names.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ["KERAS_BACKEND"] = "tensorflow"
