"""What imports tell people."""
