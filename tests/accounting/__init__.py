"""What each event of a return books: one story, told in both kinds of valuation."""
