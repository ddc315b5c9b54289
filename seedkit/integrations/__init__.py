"""What makes seedkit at home in other tools. Nothing here is imported unless the user does, or (the plugin) pytest."""
