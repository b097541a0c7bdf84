"""Who marks: people as graders."""

from collections.abc import Iterable

from edu_crowd.people.models import User
from grading.models import Grader, Round

KIND_OF_POOL = {
    Round.Pool.CROWD: Grader.Kind.CROWD,
    Round.Pool.ASSISTANTS: Grader.Kind.ASSISTANT,
    Round.Pool.CLASSMATES: Grader.Kind.PEER,
}


def grader_for(*, user: User, pool: str) -> Grader:
    """Return the person as a grader of this pool."""
    grader, _ = Grader.objects.get_or_create(user=user, kind=KIND_OF_POOL[Round.Pool(pool)])
    return grader


def graders_of(*, users: Iterable[User], pool: str) -> list[Grader]:
    """Return these people as graders of this pool, all at once."""
    people = list(users)
    kind = KIND_OF_POOL[Round.Pool(pool)]
    Grader.objects.bulk_create(
        [Grader(user=user, kind=kind) for user in people], ignore_conflicts=True, batch_size=1000
    )
    return list(Grader.objects.filter(user__in=people, kind=kind).order_by("pk"))


def external_graders(*, names: Iterable[str]) -> list[Grader]:
    """Return new graders who are only named in an imported file."""
    return Grader.objects.bulk_create([Grader(kind=Grader.Kind.EXTERNAL, external_name=name) for name in names])
