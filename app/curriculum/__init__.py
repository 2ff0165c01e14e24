"""The room of curriculum plans (phân phối chương trình): which lesson is taught in which week."""
