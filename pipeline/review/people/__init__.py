"""Who signs in to the review application, with what, and what they did: kept in a database of their own."""
