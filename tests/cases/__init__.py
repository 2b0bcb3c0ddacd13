"""Cases that both engines are held to: `tests/domain/test_cases.py` and `tests/worker/cases.test.js` run the same files.

`python -m tests.cases` prints our services as the phone gets them, for node, which reads no TOML.
"""
