"""The people of the permission tests: sets of roles, by the names that `test_permissions.Cast` gives them."""

TEACHER = {"teacher"}
ASSISTANT = {"assistant"}
GRADERS = {"grader", "colleague"}
ALL_GRADERS = GRADERS | {"grader_there"}
GRADER = {"grader"}
STUDENTS = {"student", "classmate"}
STUDENT = {"student"}
ADMINISTRATORS = {"administrator", "superuser"}
TEACHING_ANYWHERE = {"teacher", "teacher_there"}
SIGNED_IN = {
    "administrator",
    "superuser",
    "teacher",
    "teacher_there",
    "assistant",
    "grader",
    "colleague",
    "grader_there",
    "student",
    "classmate",
    "student_there",
    "outsider",
}
