"""Changes of a company's people go one after another, so that what a rule has counted is still so when it is written."""

from staff.models import Company
from staff.scoping import current_company


def wait_for_turn() -> None:
    """Until the end of the transaction nobody else changes people, roles or invitations of the scope's company."""
    Company.objects.select_for_update(no_key=True).get(pk=current_company())
