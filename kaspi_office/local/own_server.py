"""`manage.py prepare_database`: both roles and the database in a PostgreSQL that is not the embedded one."""

from argparse import ArgumentParser
from collections.abc import Sequence

from kaspi_office import environment
from kaspi_office.environment import WrongEnvironment
from kaspi_office.local import roles


def main(arguments: Sequence[str]) -> int:
    """Takes the passwords of the roles from DATABASE_URL and DATABASE_OWNER_URL; run it once, again does no harm."""
    parser = ArgumentParser(prog="manage.py prepare_database", description=main.__doc__)
    parser.add_argument("--superuser-url", required=True, help="postgres://…/postgres of a role that may make roles")
    chosen = parser.parse_args(arguments)
    roles.prepare_server(
        chosen.superuser_url,
        owner_password=_password("DATABASE_OWNER_URL", roles.OWNER),
        app_password=_password("DATABASE_URL", roles.APP),
    )
    print(f"Ready: roles {roles.OWNER} and {roles.APP}, database {roles.DATABASE}. Next: manage.py migrate")
    return 0


def _password(name: str, role: str) -> str:
    settings = environment.database(name)
    if (settings.get("USER"), settings.get("NAME")) != (role, roles.DATABASE) or not settings["PASSWORD"]:
        raise WrongEnvironment(f"{name} must name the role {role} with its password and the database {roles.DATABASE}.")
    return str(settings["PASSWORD"])
