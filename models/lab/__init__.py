"""The evidence lab at work: what can be asked, of which prices, and who works it out."""
