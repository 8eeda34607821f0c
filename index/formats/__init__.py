"""One module for each format: from bytes to text with its title, headings and pages."""
