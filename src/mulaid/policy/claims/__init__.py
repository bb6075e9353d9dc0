"""What people say of the rules: read by a grammar, held against the book, counted by region.

`words/` is the lexicon and `frames/` the ways a rule is stated, both data. `reader` takes a text apart (`clauses`,
`tokens`, `amounts`) and finds the frames that explain every word of a clause (`readings`). `verdict` asks the book
(`truth`), where only a source's word counts (`evidence`). `gold` measures all of it against sentences whose
readings are known.
"""
