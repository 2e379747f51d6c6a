"""What programs ask of the portal over HTTP: with a personal token, never with a session."""
