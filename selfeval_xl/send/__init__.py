"""The copy that leaves the office: official cells, values only, as the accountant made them."""
