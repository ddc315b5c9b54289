"""Reports as text, as a page and as JSON; pure, prints nothing."""
