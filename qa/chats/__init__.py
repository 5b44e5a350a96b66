"""Chats, kept in the library's database and taken out of it."""
