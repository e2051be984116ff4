"""The compiler in AWS Lambda: asynchronous invocations, objects in the bucket, and a callback."""
