"""Pictures, videos and LoRAs that people bring: the one door for each."""
