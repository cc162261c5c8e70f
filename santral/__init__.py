"""The program: the bot's verbs and the voice's under one name. Nothing else lives here, and nothing imports it."""
