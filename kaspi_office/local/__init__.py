"""Everything that turns a fresh clone into a running product on one machine: no Django in here."""
