"""Who did what and when: kept, shown, and forgotten after its time."""
