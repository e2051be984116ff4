"""What pages share: the design system, the shell, and each wrapped React component in a module of its own."""
