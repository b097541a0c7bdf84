"""Rows that did not come through a form are held to the same rules."""

from django.core.exceptions import ValidationError
from django.db.models import Model

from edu_crowd.shared.errors import Problem


class InvalidField(Problem):
    """A value that a form would have refused; the sentence names the field."""


def check_fields(row: Model) -> None:
    """Hold a row to its fields' validators, lengths and choices; raises `InvalidField`.

    Relations are left out: whoever passes an object has loaded it.
    """
    fields = {field.name: field for field in row._meta.concrete_fields}
    try:
        row.clean_fields(exclude={name for name, field in fields.items() if field.is_relation})
    except ValidationError as error:
        raise InvalidField(
            " ".join(
                f"{fields[name].verbose_name}: {' '.join(messages)}" for name, messages in error.message_dict.items()
            )
        ) from error
