"""What a production has to tell when it ends: kept in an outbox, and delivered by a process of its own."""
