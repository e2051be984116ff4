"""Links that sign in once: sent by e-mail, or made by an operator."""
