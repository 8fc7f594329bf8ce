"""Tập huấn: pages of trainers and trainees."""
