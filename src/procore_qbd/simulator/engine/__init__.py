"""How a document of requests is answered: message sets, macros, one request after the other."""
