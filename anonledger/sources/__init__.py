"""Find sources, open them and say what they are: folders, single files, archives inside archives.

Owns: no source is written; order is deterministic; a member's name never becomes a path; memory is bounded.
"""
