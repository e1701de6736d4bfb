"""Long work: started, followed and carried out."""
