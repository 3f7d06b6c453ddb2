"""Orders accepted by a rule, only where the goods are surely there: rules, decisions, a dry run over the past."""
