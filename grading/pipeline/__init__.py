"""The only place that chains stages. What a stage leaves to be done comes here through the outbox or by the clock."""

from grading.pipeline.clock import tick
from grading.pipeline.closing import close_round, start_closing
from grading.pipeline.correcting import override_total
from grading.pipeline.exporting import write_next
from grading.pipeline.loading import load_marks
from grading.pipeline.preparing import discard_round
from grading.pipeline.taking_in import admit_waiting, intake, open_for_marking

__all__ = [
    "admit_waiting",
    "close_round",
    "discard_round",
    "intake",
    "load_marks",
    "open_for_marking",
    "override_total",
    "start_closing",
    "tick",
    "write_next",
]
