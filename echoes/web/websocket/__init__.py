"""The websocket of the pages: its middleware, messages, event arguments and throttling."""
