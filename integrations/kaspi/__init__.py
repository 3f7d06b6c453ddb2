"""Kaspi's Merchant API: a leaf that knows neither Django nor the rest of the office."""
