"""What templates of all apps say about what the index is made with."""
