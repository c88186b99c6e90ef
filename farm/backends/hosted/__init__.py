"""Renderers of others: services and servers that take a shot on, render it in their time, and are paid."""
