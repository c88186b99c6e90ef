"""Understanding: what the words of a storyboard say of who, what and where. Pure.

`words` knows single words, `phrases` takes sentences apart, `places` and `people` choose what is drawn,
`moments` says who does what to whom with which thing, `surroundings` what lies about, `missing` lists
what is named and not drawn.
"""
