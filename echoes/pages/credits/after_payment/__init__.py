"""After the payment page: thanks, or the way back unpaid."""
