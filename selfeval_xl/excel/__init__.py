"""All that Windows sees: what cells and buttons call, the COM server, installation, the log and the VBA sources."""
