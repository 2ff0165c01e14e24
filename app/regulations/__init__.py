"""The room of regulations: a draft of the school's own rules, from what is decided and set up here."""
