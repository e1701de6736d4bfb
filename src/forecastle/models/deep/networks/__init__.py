"""The networks: plain torch modules that know nothing of panels. They import torch, so they are imported late."""
