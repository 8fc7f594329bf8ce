"""Hạn mức: may this be tried once more?"""
