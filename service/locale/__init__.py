"""Texts of the pages in each language: gettext catalogues beside this file."""
