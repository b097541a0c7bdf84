from importlib import import_module

from django.apps import AppConfig


class GradingConfig(AppConfig):
    name = "grading"

    def ready(self) -> None:
        import_module("grading.pipeline")  # its jobs register themselves
