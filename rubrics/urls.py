from django.urls import URLPattern, path

from rubrics.views import question_delete

urlpatterns: list[URLPattern] = [
    path("questions/<int:question_id>/delete/", question_delete.delete, name="question_delete"),
]
