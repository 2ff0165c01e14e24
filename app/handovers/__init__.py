"""The room of handovers: who takes over the records of somebody who leaves."""
