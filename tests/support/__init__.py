"""What tests are built from: no test lives here, and nothing of the product imports it."""
