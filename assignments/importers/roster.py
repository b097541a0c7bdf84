"""What a file would do to a roster. It only looks: `services.roster` writes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from assignments.importers.columns import HEADINGS, recognised
from assignments.models import Course, Enrolment
from assignments.names import is_family_first, plain, plain_mail, plain_number, split_name
from edu_crowd.shared.tables import Row, Table
from edu_crowd.shared.text import fold

Role = Enrolment.Role
FIELDS = tuple(HEADINGS)
LENGTHS = {column.name: column.max_length or 0 for column in Enrolment._meta.concrete_fields if column.name in FIELDS}


@dataclass(frozen=True)
class NewPlace:
    row: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class Change:
    field: str
    old: str
    new: str

    @property
    def heading(self) -> str:
        return str(HEADINGS[self.field])


@dataclass(frozen=True)
class ChangedPlace:
    row: int
    enrolment_id: int
    name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Absent:
    """A student of the course whom the file does not name; they stay."""

    enrolment_id: int
    name: str
    student_number: str


@dataclass(frozen=True)
class RowProblem:
    row: int
    sentence: str


@dataclass(frozen=True)
class Plan:
    table: Table
    new: tuple[NewPlace, ...] = ()
    changed: tuple[ChangedPlace, ...] = ()
    unchanged: tuple[int, ...] = ()
    absent: tuple[Absent, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def good_rows(self) -> int:
        return len(self.new) + len(self.changed)

    @property
    def fingerprint(self) -> str:
        """Tell one outcome from another, in whatever language its problems are told."""
        rows = [problem.row for problem in self.problems]
        outcome = (
            [(one.row, sorted(one.values.items())) for one in self.new],
            self.changed,
            self.unchanged,
            [one.enrolment_id for one in self.absent],
            rows,
        )
        return sha256(repr(outcome).encode()).hexdigest()


class Unusable(Exception):
    """One row cannot be taken; the sentence says why and what to do."""


@dataclass
class Roster:
    """The places of a course, found by what a row says; and which rows were taken so far."""

    places: list[Enrolment]
    by_number: dict[str, Enrolment] = field(default_factory=dict)
    by_mail: dict[str, Enrolment] = field(default_factory=dict)
    by_name: dict[str, list[Enrolment]] = field(default_factory=dict)
    row_of: dict[tuple[str, object], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place in self.places:
            if place.student_number:
                self.by_number.setdefault(fold(place.student_number), place)
            if place.email:
                self.by_mail.setdefault(plain_mail(place.email), place)
            self.by_name.setdefault(_name_key(place.family_name, place.given_name), []).append(place)

    def find(self, values: Mapping[str, str]) -> Enrolment | None:
        """Return the place that a row means; raises `Unusable` where number and address mean two."""
        number, mail = values["student_number"], values["email"]
        numbered, mailed = self.by_number.get(fold(number)), self.by_mail.get(mail)
        if numbered is not None and mailed is not None and numbered != mailed:
            raise Unusable(
                _("The mail address %(email)s belongs to %(name)s on the roster. Correct the number or the address.")
                % {"email": mail, "name": mailed}
            )
        if number or mail:
            return numbered or mailed
        namesakes = self.by_name.get(_name_key(values["family_name"], values["given_name"]), [])
        # A name alone means somebody whom the roster knows by the name alone.
        if len(namesakes) > 1 or any(place.student_number or place.email for place in namesakes):
            raise Unusable(
                _("The roster has somebody called %(name)s already. Add a number or a mail address to tell who it is.")
                % {"name": namesakes[0]}
            )
        return namesakes[0] if namesakes else None

    def take(self, row: int, values: Mapping[str, str], place: Enrolment | None) -> None:
        """Note that a row was used; raises `Unusable` where an earlier one said the same."""
        number, mail = values["student_number"], values["email"]
        name = "" if number or mail else _name_key(values["family_name"], values["given_name"])
        keys: list[tuple[str, object]] = [
            ("number", fold(number)),
            ("mail", mail),
            ("name", name),
            ("place", place.pk if place else None),
        ]
        keys = [(kind, key) for kind, key in keys if key]
        for kind, key in keys:
            if (kind, key) in self.row_of:
                raise Unusable(_twice(kind, self.row_of[kind, key]))
        self.row_of.update(dict.fromkeys(keys, row))


def plan(course: Course, table: Table) -> Plan:
    """Tell what the rows of a table would do to the roster of a course.

    A row means the place with its number, else the one with its mail address, else a new one. An empty cell changes
    nothing, and nobody is removed. Raises `NoRoster`, `TooLarge`.
    """
    table = recognised(table)
    roster = Roster(list(Enrolment.objects.filter(course=course).select_related("user").order_by("pk")))
    new: list[NewPlace] = []
    changed: list[ChangedPlace] = []
    unchanged: list[int] = []
    problems: list[RowProblem] = []
    named: set[int] = set()
    for row in table.rows:
        values = _values(table, row)
        try:
            _check(values)
            place = roster.find(values)
            if place is not None:
                named.add(place.pk)
                _check_place(place)
            roster.take(row.number, values, place)
        except Unusable as problem:
            problems.append(RowProblem(row.number, str(problem)))
            continue
        if place is None:
            new.append(NewPlace(row.number, values))
            continue
        changes = tuple(_changes(place, values))
        if changes:
            changed.append(ChangedPlace(row.number, place.pk, str(place), changes))
        else:
            unchanged.append(place.pk)
    absent = tuple(
        Absent(place.pk, str(place), place.student_number)
        for place in roster.places
        if place.role == Role.STUDENT and place.is_active and place.pk not in named
    )
    return Plan(
        table,
        tuple(new),
        tuple(changed),
        tuple(unchanged),
        absent,
        tuple(problems),
        (*table.notes, *_notes_on_names(table)),
    )


def _values(table: Table, row: Row) -> dict[str, str]:
    cells = dict(zip(table.columns, row.cells, strict=True))
    family, given = split_name(cells.get("name", ""))
    if cells.get("family_name") or cells.get("given_name"):
        family, given = plain(cells.get("family_name", "")), plain(cells.get("given_name", ""))
    return {
        "student_number": plain_number(cells.get("student_number", "")),
        "family_name": family,
        "given_name": given,
        "reading": plain(cells.get("reading", "")),
        "email": plain_mail(cells.get("email", "")),
    }


def _notes_on_names(table: Table) -> Iterator[str]:
    """Tell how names in one column were split, with the first of each kind: the rule fits most names, not all."""
    if "name" not in table.columns or {"family_name", "given_name"} & set(table.columns):
        return
    where = table.columns.index("name")
    names = [plain(row.cells[where]) for row in table.rows]
    split = [name for name in names if " " in name and "," not in name]
    sentences = {
        True: _(
            "Names like “%(name)s” were split at the first space: “%(family)s” is taken for the family name. Where "
            "that is wrong, give the family name and the given name a column each."
        ),
        False: _(
            "Names like “%(name)s” were split at the last space: “%(family)s” is taken for the family name. Where "
            "that is wrong, give the family name and the given name a column each."
        ),
    }
    for family_first, sentence in sentences.items():
        example = next((name for name in split if is_family_first(name) is family_first), None)
        if example is not None:
            yield sentence % {"name": example, "family": split_name(example)[0]}


def _check(values: Mapping[str, str]) -> None:
    if not any(value for name, value in values.items() if name != "reading"):
        raise Unusable(_("Number, name and mail address are missing. Fill in one of them."))
    for name, value in values.items():
        if len(value) > LENGTHS[name]:
            raise Unusable(
                _("%(column)s: longer than %(limit)d characters. Shorten it.")
                % {"column": HEADINGS[name], "limit": LENGTHS[name]}
            )
    try:
        if values["email"]:
            validate_email(values["email"])
    except ValidationError:
        raise Unusable(_("“%(email)s” is no mail address. Correct it.") % {"email": values["email"]}) from None


def _check_place(place: Enrolment) -> None:
    if place.role != Role.STUDENT:
        raise Unusable(
            _("%(name)s is in the course as %(role)s, and a file changes students only. Leave the row out.")
            % {"name": place, "role": place.get_role_display()}
        )
    if not place.is_active:
        raise Unusable(
            _("%(name)s has left the course. Take them back in on the roster, or leave the row out.") % {"name": place}
        )


def _changes(place: Enrolment, values: Mapping[str, str]) -> Iterator[Change]:
    for name, new in values.items():
        old = getattr(place, name)
        same = fold(old) == fold(new) if name in ("student_number", "email") else old == new
        if new and not same:
            yield Change(name, old, new)


def _name_key(family: str, given: str) -> str:
    return fold(f"{family} {given}")


def _twice(kind: str, row: int) -> str:
    sentences = {
        "number": _("Row %(row)d has this number already, and counts. Remove one of the two."),
        "mail": _("Row %(row)d has this mail address already, and counts. Remove one of the two."),
        "name": _("Row %(row)d has this name already, and counts. Remove one of the two, or add their numbers."),
        "place": _("Row %(row)d is the same person on the roster, and counts. Remove one of the two."),
    }
    return sentences[kind] % {"row": row}
