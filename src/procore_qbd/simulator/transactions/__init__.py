"""How transactions are added, changed, voided and deleted: a pipeline of steps."""
