"""How long work reaches workers: the queues, the workers, the process of one job, and the call to material planning."""
