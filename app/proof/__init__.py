"""The room of proof: the public page that says whether a file is the signed one."""
