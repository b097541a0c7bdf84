from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from rubrics.models import Rubric
from rubrics.services import CriterionSpec, LevelSpec, create_rubric
from tests.factories.assignments import QuestionFactory
from tests.factories.people import UserFactory


def criterion(key: str, *, levels: int = 4, **fields: Any) -> CriterionSpec:
    """A criterion with the levels 0, 1, …"""
    steps = tuple(LevelSpec(points=Decimal(step), label=f"level {step}") for step in range(levels))
    return CriterionSpec(key=key, title=key.capitalize(), levels=steps, **fields)


class RubricFactory(DjangoModelFactory[Rubric]):
    """The first version of a question's rubric, with two criteria of four levels."""

    class Meta:
        model = Rubric

    question = factory.SubFactory(QuestionFactory)
    owner = factory.SubFactory(UserFactory)
    title = "Rubric"
    criteria = factory.LazyFunction(lambda: [criterion("content"), criterion("language")])

    @classmethod
    def _create(cls, model_class: type[Rubric], *args: Any, **fields: Any) -> Rubric:
        return create_rubric(**fields)
