"""How hypothesis searches in this room: enough examples to mean something, the same ones every time in CI."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "rules",
    max_examples=150,
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("rules")
