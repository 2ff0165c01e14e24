"""The room of laptops: leave to teach from lesson plans on a computer, asked for and decided on."""
