"""The peers that bench/run compares, what they are given, and what is said of them."""
