"""Facts as they were known at a moment: today's rows, with what was learned later of past days taken back."""

from typing import Final

# What a change of the past keeps of an order; the trigger of migration 0003 writes them.
COLUMNS: Final = (
    *("stage", "approved_at", "cancelled_at", "fault", "cancellation_reason", "handed_at", "courier_planned_at"),
    *("completed_at", "returned_at", "return_for_quality", "mark", "mark_on"),
)
