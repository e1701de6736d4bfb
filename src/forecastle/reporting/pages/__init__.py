"""The report and the profile, each as one HTML file that needs nothing else."""
