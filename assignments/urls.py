from django.urls import URLPattern, path

from assignments.views import answering, attachment, preview

urlpatterns: list[URLPattern] = [
    # course and roster
    # assignment
    # answering
    path("assignments/<int:assignment_id>/preview/", preview.show, name="assignment_preview"),
    path("assignments/<int:assignment_id>/start/", answering.start, name="paper_start"),
    path("papers/<int:submission_id>/", answering.paper, name="paper"),
    path("papers/<int:submission_id>/answers/<int:question_id>/", answering.save, name="answer_save"),
    path("papers/<int:submission_id>/answers/<int:question_id>/files/", attachment.add, name="paper_attach"),
    path("papers/<int:submission_id>/hand-in/", answering.hand_in, name="paper_hand_in"),
    path("papers/<int:submission_id>/take-back/", answering.take_back, name="paper_take_back"),
    path("attachments/<int:attachment_id>/", attachment.download, name="attachment"),
    path("attachments/<int:attachment_id>/remove/", attachment.remove, name="attachment_remove"),
]
