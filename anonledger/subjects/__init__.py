"""Who is who: names, identities, demographics tables, their linkage, and pseudonyms.

Owns: pure functions over records; ties and thin margins go to review, never a guess.
"""
