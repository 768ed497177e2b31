"""What is tested on PostgreSQL alone, and the private server that these tests use."""
