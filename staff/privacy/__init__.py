"""Personal data: how it is masked, whom it was shown to, how long it is kept, what stands where."""
