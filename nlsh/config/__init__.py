"""Files to values: settings, rules, themes, models, paths. The only door to platformdirs."""
