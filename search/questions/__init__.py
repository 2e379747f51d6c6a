"""Questions to measure with: what is measured, and the ways in which questions enter and leave sets."""
