//! The panes: each draws one thing, reads state, and sends commands.
