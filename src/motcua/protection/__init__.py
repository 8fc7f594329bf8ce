"""Bảo vệ dữ liệu: what is held about people, why, until when; that it goes in time; what people are owed about it."""
