"""Who may open what: a module per part of the site, each with ROWS, and what its addresses name.

ROWS: URL name, method, who may; everybody else, signed in, gets "not found".
OPEN_TO_ALL: URL names that anyone may open.
values(here): the arguments in the addresses, of rows of the course that is looked at; see `tests.flows.stages.full`.
"""
