"""What a run looks like to people: tables in their own words, charts, Excel, a web page, and the files of a result."""
