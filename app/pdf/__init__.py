"""The room that knows PDF: the sandbox, the gate, page images, seals and signatures."""
