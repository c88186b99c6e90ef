"""The one door to ffmpeg."""
