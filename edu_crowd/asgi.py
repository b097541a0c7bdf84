"""One ASGI application: pages and sockets."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edu_crowd.settings")
application = get_asgi_application()
