"""The evidence lab: what breaks of a high were worth.  One file per study: function in, frozen result out."""
