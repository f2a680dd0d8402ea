"""What pages share: rendering, media, the base style, building nodes, keyboard shortcuts."""
