"""The syscalls, one module a family. The only door to psutil and httpx."""
