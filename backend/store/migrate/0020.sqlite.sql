-- The letters of one file to print.
CREATE INDEX print_job_of_batch ON print_job (batch, id);
