"""What customers answered when they were asked how content they are: NPS and CSAT."""
