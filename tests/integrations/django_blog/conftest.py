"""Django's own program runs what is here; without its settings nothing can be imported."""

collect_ignore_glob = ["*.py"]
