"""The pretend noun of the tests: parrots that accounts keep, to be fed on a day."""
