from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "edu_crowd.site"
    label = "site"
