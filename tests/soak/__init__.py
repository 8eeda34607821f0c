"""Long trials with seeds; ``make soak`` runs them, the tests run their first few rounds."""
