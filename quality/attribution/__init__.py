"""Who is at fault for what stands in a number, who answers for it, and what people say against it."""
