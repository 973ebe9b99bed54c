"""Pulses that run themselves: schedules, letters, chats and cards."""
