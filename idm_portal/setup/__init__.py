"""The guided set-up: what an administrator does in an empty portal, and the checklist of it on the dashboard."""
