"""One linear regression over all series of a panel: what followed such a past elsewhere follows here as well."""
