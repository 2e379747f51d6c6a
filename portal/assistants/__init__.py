"""The portal for assistants: a server of the Model Context Protocol that searches and reads in a person's name."""
