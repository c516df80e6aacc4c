// Started by server.test.ts: a process that starts a server, says where, and is killed before it can stop it.
import { postgresVersions, startServer } from "./server";

async function main(): Promise<void> {
  const version = postgresVersions.find((candidate) => String(candidate) === process.argv[2]) ?? 15;
  const server = await startServer(version);
  const client = await server.connect();
  const { rows } = await client.query<{ folder: string; pid: number }>(
    "select current_setting('data_directory') as folder, split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::int as pid",
  );
  process.stdout.write(JSON.stringify(rows[0]), () => process.kill(process.pid, "SIGKILL"));
}

void main();
