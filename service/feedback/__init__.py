"""Anonymous conversations: the senders' side, which sees ciphertext, and the handlers'."""
