"""Ids in, sentences out. English in the source is the id; everything else is looked up."""
