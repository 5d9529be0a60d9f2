"""__future__: all of these are the rule here."""

annotations = division = print_function = absolute_import = unicode_literals = True
generator_stop = with_statement = nested_scopes = generators = True
