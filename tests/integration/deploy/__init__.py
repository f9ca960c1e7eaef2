"""What an installation is made of besides the program, tried without a Docker engine."""
