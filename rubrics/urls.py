from django.urls import path

from rubrics.views import assignment, assignment_delete, library, question, question_delete, workbook

urlpatterns = [
    path("assignments/<int:assignment_id>/edit/", assignment.edit, name="assignment_edit"),
    path("assignments/<int:assignment_id>/publish/", assignment.publish, name="assignment_publish"),
    path("assignments/<int:assignment_id>/reopen/", assignment.reopen, name="assignment_reopen"),
    path("assignments/<int:assignment_id>/copy/", assignment.copy, name="assignment_copy"),
    path("assignments/<int:assignment_id>/delete/", assignment_delete.delete, name="assignment_delete"),
    path("questions/<int:question_id>/rubric/", question.show, name="question_rubric"),
    path("questions/<int:question_id>/delete/", question_delete.delete, name="question_delete"),
    path("rubrics/", library.listed, name="rubrics"),
    path("rubrics/new/", library.new, name="rubric_new"),
    path("rubrics/upload/", workbook.upload, name="rubric_upload"),
    path("rubrics/<int:rubric_id>/", library.show, name="rubric"),
    path("rubrics/<int:rubric_id>/copy/", library.copy, name="rubric_copy"),
    path("rubrics/<int:rubric_id>/download/", workbook.download, name="rubric_download"),
]
