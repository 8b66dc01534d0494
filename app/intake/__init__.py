"""What comes in from outside: files by content, workbooks cell by cell, and imports that store all or nothing."""
