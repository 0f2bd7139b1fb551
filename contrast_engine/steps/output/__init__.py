"""Results handed out: tables and selections of images."""
