from django.apps import AppConfig


class SharedConfig(AppConfig):
    name = "edu_crowd.shared"
    label = "shared"
