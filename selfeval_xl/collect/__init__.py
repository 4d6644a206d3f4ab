"""Puts the forms of many units together: what lies in folders, archives and mails, becomes one summary."""
