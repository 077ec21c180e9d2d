"""What is owed, over orders that nobody thought of."""
