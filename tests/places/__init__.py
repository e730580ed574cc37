"""A made-up identity planted in every place where one was ever found, and what came out."""
