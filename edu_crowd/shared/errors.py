"""What a person may be told."""


class Problem(Exception):
    """Something a person can mend. The message is one translated sentence that says what to do.

    Each failure is its own subclass, beside the code that raises it, and is caught once, at the interface.
    """


class Refused(Exception):
    """Absent or forbidden: a gate never says which. Interfaces answer it as "not found"."""
