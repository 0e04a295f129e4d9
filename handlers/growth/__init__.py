"""What people do with growth: files of ARR."""
