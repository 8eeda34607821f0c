"""Measuring answers against golden pairs and the support check against labelled claims.

No model judges anything here: every figure is computed from what people marked beforehand.
"""
