"""What is counted of searches for Prometheus, in the process that searches."""

from prometheus_client import Counter, Histogram

LEG_SECONDS = Histogram(
    "portal_retrieval_seconds",
    "Time that one leg of a search takes.",
    ["leg"],
    buckets=(0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.5, 5, 10),
)
LEG_FAILURES = Counter("portal_retrieval_failures", "Searches that went on without a leg.", ["leg"])
