"""/admin/terms: credit packs, rewards and prices."""
