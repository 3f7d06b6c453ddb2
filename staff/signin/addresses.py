"""E-mail addresses that are proved: somebody whom we know wrote it down, or a link sent there was opened."""

from allauth.account.models import EmailAddress

from staff.models import User


def confirm(user: User) -> None:
    """His address is his: allauth lets nobody have a second step without that."""
    EmailAddress.objects.filter(user_id=user.pk).exclude(email=user.email).delete()
    proved = {"verified": True, "primary": True}
    EmailAddress.objects.update_or_create(user_id=user.pk, email=user.email, defaults=proved)
