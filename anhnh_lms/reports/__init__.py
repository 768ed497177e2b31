"""Figures with their definitions, denominators and cut: counted once, shown as page, drawing and CSV alike."""
