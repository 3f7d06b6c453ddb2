from django.apps import AppConfig
from django.core.checks import Tags, register


class StaffConfig(AppConfig):
    name = "staff"

    def ready(self) -> None:
        from staff import checks, startup

        startup.watch()
        register(checks.every_view_is_marked, Tags.security)
