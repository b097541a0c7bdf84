"""Places in rounds that the clock must move."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from assignments.models import CourseUserObjectPermission, Submission
from grading.models import Enlistment, Round


def classmates_who_may_start(*, now: datetime) -> QuerySet[Enlistment]:
    """Return the invited classmates whose own paper is in, once the due time has passed."""
    own = Submission.objects.filter(
        assignment=OuterRef("round__assignment"),
        enrolment__user=OuterRef("grader__user"),
        state=Submission.State.HANDED_IN,
    )
    return Enlistment.objects.filter(
        Exists(own),
        round__pool=Round.Pool.CLASSMATES,
        round__assignment__due_at__lte=now,
        state=Enlistment.State.INVITED,
    ).select_related("round", "grader")


def who_may_see_names() -> QuerySet[Enlistment]:
    """Return the active places in blind rounds of people who may see names in that course."""
    grants = CourseUserObjectPermission.objects.filter(
        user=OuterRef("grader__user"),
        content_object=OuterRef("round__assignment__course"),
        permission__codename="view_identity",
    )
    return Enlistment.objects.filter(
        Exists(grants), round__is_blind=True, state__in=[Enlistment.State.ACTIVE, Enlistment.State.INVITED]
    )
