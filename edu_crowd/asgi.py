"""One ASGI application: pages, sockets, and the worker that runs beside them."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edu_crowd.settings")
pages = get_asgi_application()

from edu_crowd.site.worker import Lifespan  # noqa: E402  # models need the apps
from grading.routing import websocket_urlpatterns  # noqa: E402  # models need the apps

application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
        "lifespan": Lifespan(),
    }
)
