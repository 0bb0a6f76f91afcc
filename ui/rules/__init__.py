"""Where the user makes rules, tries them on the past, and reads what became of them."""
