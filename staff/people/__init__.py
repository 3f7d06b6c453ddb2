"""Who works in the company and what he may: people, their roles and places, invitations."""
