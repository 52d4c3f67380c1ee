"""The words everyone shares: frozen values, ports and errors. Imports nothing of nlsh but itself."""
