from django.apps import AppConfig
from django.core.checks import Tags, register


class StaffConfig(AppConfig):
    name = "staff"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from staff import checks, startup
        from staff.exports import kinds
        from staff.journal.export import JOURNAL
        from staff.signin import lifetime

        startup.watch()
        user_logged_in.connect(lifetime.note_beginning, dispatch_uid="session life")
        kinds.register(JOURNAL)
        register(checks.every_view_is_marked, Tags.security)
