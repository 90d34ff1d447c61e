"""Recall of SST203, SST204 and SST205: violations planted into real classes, and counted."""
