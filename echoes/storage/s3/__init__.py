"""Amazon S3 and compatible services, by boto3."""
