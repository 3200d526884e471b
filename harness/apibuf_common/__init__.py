"""What all other packages use: errors, files, places in the project, platforms, messages. It imports none of them."""
