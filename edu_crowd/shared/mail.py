"""Mail, sent from the outbox: asked for in the transaction that needs it, tried again where the server is away."""

from datetime import datetime
from typing import Any

from django.core.mail import EmailMessage, get_connection

from edu_crowd.shared import outbox

JOB = "mail"
# A mail server that takes a connection and never answers must hold up no other work.
PATIENCE_SECONDS = 10


def put_mail(*, to: str, subject: str, body: str, key: str, now: datetime) -> None:
    """Ask for a mail in plain text. The same key twice is one mail. Needs an open transaction."""
    payload = {"to": to, "subject": " ".join(subject.split()), "body": body}
    outbox.put(JOB, key=key, payload=payload, run_at=now)


@outbox.job(JOB)
def send(payload: dict[str, Any], *, now: datetime) -> None:
    """Send one mail. Nobody else is named in it: each goes to one address."""
    connection = get_connection(timeout=PATIENCE_SECONDS)
    EmailMessage(payload["subject"], payload["body"], to=[payload["to"]], connection=connection).send()
