"""Run models: an engine makes the stateful copies that workers hold, by the protocol of `engines.protocol`."""
