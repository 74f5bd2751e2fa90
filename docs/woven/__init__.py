"""What keeps the chapters' texts true: quotes of the source, drawings, and commands that were run."""
