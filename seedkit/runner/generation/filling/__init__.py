"""Tables as they are filled: by themselves or in circles, by workers, with what is checked at the end."""
