"""Plugs the adapters into the services: the only place that knows them all."""
