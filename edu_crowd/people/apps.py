from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "edu_crowd.people"
    label = "people"
