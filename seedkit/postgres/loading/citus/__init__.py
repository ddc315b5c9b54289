"""Rows into tables that Citus keeps: no temporary table is on their nodes, so that their rows are brought to us."""
