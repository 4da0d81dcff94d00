//! Pane tests; see tests/.
