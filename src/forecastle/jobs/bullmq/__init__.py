"""The queue on Redis or Valkey that BullMQ clients of any language can add to; the database stays the truth."""
