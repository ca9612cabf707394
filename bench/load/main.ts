/** The load generator as a process of its own: takes a job as JSON, prints the result as JSON. */
import process from 'node:process';
import { openHttp } from './http.ts';
import { Job } from './job.ts';
import { measure } from './measure.ts';

const job = Job.parse(JSON.parse(process.argv[2] ?? ''));
process.stdout.write(JSON.stringify(await measure(job, openHttp)));
