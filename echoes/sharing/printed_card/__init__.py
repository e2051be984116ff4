"""A card to print, with a QR code that leads to the film (PDF)."""
