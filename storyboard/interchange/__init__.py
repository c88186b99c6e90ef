"""The cut as other programs read and write it: OpenTimelineIO and the formats of editorial."""
