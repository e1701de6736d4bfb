"""Real sales histories to try Forecastle on."""

from forecastle.data.demo.demonstration import Demonstration, demonstration

__all__ = ["Demonstration", "demonstration"]
