"""The service. `app.py` wires it together; docs/architecture.md says who may import whom."""
