"""The evidence lab as it is seen: a window with a page for each study."""
