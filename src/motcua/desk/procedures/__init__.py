"""Biên tập danh mục: one entry is one version of a procedure, read, compared, drafted, published, sent out and in."""
