"""Mail: asked for in a transaction, sent by a job, never twice."""
