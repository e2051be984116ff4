"""All pages of operators."""
