"""The pages of personal data: what is kept, for how long, whom it was shown to."""
