"""Mail leaves by the outbox: once, to one address, in plain text."""

import pytest
from django.core import mail
from django.db import transaction

from edu_crowd.shared import outbox
from edu_crowd.shared.mail import put_mail
from edu_crowd.shared.models import OutboxEntry

pytestmark = pytest.mark.django_db


def test_mail_is_sent_once_however_often_it_is_asked_for(now):
    for _ in range(2):
        put_mail(to="a@example.org", subject="Two\r\nBcc: b@example.org", body="Text.\n", key="1", now=now)
    assert mail.outbox == []
    outbox.drain(now=now)
    outbox.drain(now=now)
    assert [(one.to, one.cc, one.bcc, one.subject, one.body) for one in mail.outbox] == [
        (["a@example.org"], [], [], "Two Bcc: b@example.org", "Text.\n")
    ]


def test_mail_of_a_transaction_that_failed_is_not_sent(now):
    with transaction.atomic():
        put_mail(to="a@example.org", subject="One", body="Text.", key="1", now=now)
        transaction.set_rollback(True)
    outbox.drain(now=now)
    assert mail.outbox == []


def test_server_that_is_away_is_tried_again(now, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    put_mail(to="a@example.org", subject="One", body="Text.", key="1", now=now)
    outbox.drain(now=now)
    entry = OutboxEntry.objects.get()
    assert (entry.done_at, entry.attempts) == (None, 1)
    assert entry.run_at > now
