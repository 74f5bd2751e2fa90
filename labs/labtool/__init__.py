"""The lab tool's parts: marks in the source, labs, workspaces, grading, reports, the student's kit."""
