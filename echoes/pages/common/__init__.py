"""What all pages share: base state, shell, following, head."""
