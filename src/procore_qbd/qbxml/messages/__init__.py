"""Documents of requests and answers."""
