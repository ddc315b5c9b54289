"""What the pytest plugin does: which server, what a template is made from, and how it is made."""
