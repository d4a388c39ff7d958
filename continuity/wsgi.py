"""Django as WSGI: every page that is not answered by the router in asgi.py."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "continuity.settings")

application = get_wsgi_application()
