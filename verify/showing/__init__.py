"""Results for people: tables, descriptions, plots, progress."""
