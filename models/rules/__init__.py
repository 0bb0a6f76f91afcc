"""What a user wants to be told of, and how it is judged."""
