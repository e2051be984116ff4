"""The compiler in AWS Lambda: asynchronous invocations, waited for by objects in the bucket and a callback."""
