"""What the pages say. A template holds headings and labels; every sentence is made here, in the file of its page."""
