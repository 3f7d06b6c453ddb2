"""Celery's queues by urgency: a bulk job never occupies a worker that sends actions (reliability.md §5.4)."""

ACT, POLL, QUALITY, BULK = "act", "poll", "quality", "bulk"
QUEUES = (ACT, POLL, QUALITY, BULK)
