"""What a till asks: quote, settle, undo, void; and what a person is entitled to before there is a bill."""
