"""What we write to people about their company. In the reader's language where it is known, else in the writer's."""

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from staff.models import Company, Invitation, User


def invite(invitation: Invitation, link: str, *, company: str, inviter: str) -> None:
    told = {"company": company, "inviter": inviter, "name": invitation.name, "link": link}
    text = _(
        "Здравствуйте, %(name)s!\n\n"
        "%(inviter)s приглашает вас в команду «%(company)s» в Kaspi Office.\n"
        "Откройте ссылку, она действует 3 дня и один раз:\n\n%(link)s\n\n"
        "Если вы этого не ждали, ничего не делайте."
    )
    _send(_("Приглашение в команду «%(company)s»") % told, text % told, to=invitation.email)


def remind_of_second_step(person: User, company: Company, *, since: str) -> None:
    """`since`: from when nobody signs in without it, in the person's language; may be empty."""
    told = {"company": company.name, "since": since, "link": f"{settings.SITE_URL}/account/"}
    text = _(
        "В команде «%(company)s» вход подтверждают вторым шагом: кодом из приложения или ключом.\n"
        "У вас он ещё не включён. %(since)s\n\nВключить: %(link)s"
    )
    _send(_("Включите второй шаг входа"), text % told, to=person.email)


def _send(subject: str, text: str, *, to: str) -> None:
    # A company's name may hold anything; a subject is one line.
    send_mail(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [to])
