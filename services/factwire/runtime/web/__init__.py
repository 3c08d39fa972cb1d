"""What our HTTP interfaces share: problems, probes, safe headers, and a reference page of our own."""
