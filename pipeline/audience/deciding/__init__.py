"""What to make for viewers, when to let them begin, and who may: pure functions of plain values."""
