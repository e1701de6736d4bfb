"""Model families, and what they share: kernels, intervals, combination, catalogue, routing."""
