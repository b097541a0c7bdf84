#!/usr/bin/env python
"""Django's command line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edu_crowd.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:  # the one mistake everybody makes: the wrong Python
        sys.exit("Django is not installed here. Run `make run`, or use .venv/bin/python manage.py.")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
