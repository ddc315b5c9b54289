"""What is planned of a run: which tables, in which order, and what is there when each is made."""
