"""The turn: route, context, plan, policy, execute, observe. Needs no library."""
