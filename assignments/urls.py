from django.urls import URLPattern

urlpatterns: list[URLPattern] = [
    # course and roster
    # assignment
    # answering
]
