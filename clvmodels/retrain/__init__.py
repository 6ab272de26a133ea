"""The scheduled job: refit, compare with the champion, publish what passes, and say what changed."""
