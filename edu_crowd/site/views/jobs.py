"""Later work: what waits, what failed, what is done."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from edu_crowd.people.models import User
from edu_crowd.shared import outbox
from edu_crowd.shared.access import administrator, opens
from edu_crowd.shared.listing import page_of
from edu_crowd.shared.methods import posted_from, takes
from edu_crowd.shared.models import OutboxEntry
from edu_crowd.site.permissions import access_job
from edu_crowd.site.queries.jobs import FILTERS, entries

CHOICES = list(zip(FILTERS, [gettext_lazy("waiting"), gettext_lazy("failed"), gettext_lazy("done")], strict=True))


@opens(administrator)
@takes("GET")
def index(request: HttpRequest, _viewer: User) -> HttpResponse:
    chosen = request.GET.get("filter", "")
    context = {"page": page_of(request, entries(filter_by=chosen)), "chosen": chosen, "choices": CHOICES}
    return render(request, "site/jobs/list.html", context)


@opens(access_job)
@posted_from("jobs", with_arguments=False)
def retry(request: HttpRequest, entry: OutboxEntry) -> HttpResponse:
    """Do a failed piece of work at the next chance instead of after its pause."""
    if outbox.hurry(entry_id=entry.pk, now=timezone.now()):
        messages.success(request, _("It is tried again now."))
    else:
        messages.info(request, _("It is done already."))
    return redirect("jobs")
