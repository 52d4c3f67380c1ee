"""Line mode and -c: prompt-toolkit and rich. Knows the words, not the machine."""
