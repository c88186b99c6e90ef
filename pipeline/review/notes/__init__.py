"""What people said of a film's shots, listed and taken out: as CSV, and as PDF with pictures."""
