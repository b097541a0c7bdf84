from django.urls import path

from grading.consumers import BoardConsumer, FeedbackConsumer

websocket_urlpatterns = [
    path("ws/board/<int:round_id>/", BoardConsumer.as_asgi()),
    path("ws/feedback/", FeedbackConsumer.as_asgi()),
]
