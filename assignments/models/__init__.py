from assignments.models.assignment import Assignment, Extension
from assignments.models.course import Course, CourseUserObjectPermission, Enrolment
from assignments.models.question import Question
from assignments.models.submission import Answer, Attachment, Submission

__all__ = [
    "Answer",
    "Assignment",
    "Attachment",
    "Course",
    "CourseUserObjectPermission",
    "Enrolment",
    "Extension",
    "Question",
    "Submission",
]
