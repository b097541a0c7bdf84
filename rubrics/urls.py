from django.urls import path

from rubrics.views import library, question, question_delete, workbook

urlpatterns = [
    path("questions/<int:question_id>/rubric/", question.show, name="question_rubric"),
    path("questions/<int:question_id>/delete/", question_delete.delete, name="question_delete"),
    path("rubrics/", library.listed, name="rubrics"),
    path("rubrics/new/", library.new, name="rubric_new"),
    path("rubrics/upload/", workbook.upload, name="rubric_upload"),
    path("rubrics/<int:rubric_id>/", library.show, name="rubric"),
    path("rubrics/<int:rubric_id>/copy/", library.copy, name="rubric_copy"),
    path("rubrics/<int:rubric_id>/download/", workbook.download, name="rubric_download"),
]
