"""Pages of HTML for people: self-contained, for phones, screen readers and printers too."""
