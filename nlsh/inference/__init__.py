"""The model, in its own process. The only door to llama.cpp."""
