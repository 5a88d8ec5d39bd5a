"""From the raw bytes of a platform to what goes out to it: our whole path but for the store, beside the client library's own.

The store's share is in `benchmarks.ledger` and `benchmarks.echo`. Each module has `rows`.
"""
