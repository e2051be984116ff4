"""How a person signs in: passkeys and recovery codes."""
