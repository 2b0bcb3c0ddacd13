"""How the authority works: the staff's console. Thin handlers, one page each; what they do to a case or a letter is in the store."""
