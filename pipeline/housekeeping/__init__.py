"""What a store holds of which film, and room made in it."""
