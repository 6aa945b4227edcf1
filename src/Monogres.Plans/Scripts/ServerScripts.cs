using Monogres.Plans;
using Monogres.Core;
using Monogres.Index.Projects;

namespace Monogres.Plans.Scripts;

/// <summary>The shell scripts that make, start and stop a throw-away server.</summary>
public static class ServerScripts
{
    /// <summary>Where the database cluster is.</summary>
    public static RelativePath DataDirectory { get; } = RelativePath.Parse("build/data");

    /// <summary>Where the server's socket is, inside the sandbox.</summary>
    public const string SocketDirectory = "/run/postgresql";

    /// <summary>
    /// Makes a cluster for one local user without password. Nothing is synced: the cluster is captured as a tree, and
    /// every server started from it is thrown away.
    /// </summary>
    /// <param name="prefix">The payload's prefix.</param>
    /// <param name="arguments">What the server is told besides.</param>
    public static string InitDb(RelativePath prefix, IReadOnlyList<string> arguments) => $"""
        set -e
        exec 2>&1
        /{prefix}/bin/initdb --no-sync --auth=trust --username=postgres --encoding=UTF8 --locale=C.UTF-8{string.Concat(arguments.Select(argument => " " + ShellText.Quote(argument)))} -D /build/out

        """;

    /// <summary>A file in <see cref="SocketDirectory"/> that tells a server to stop: signals do not cross into a sandbox.</summary>
    public const string StopFile = ".stop";

    /// <summary>Starts a server on the captured cluster, runs the given program, and stops the server whatever the program did; exits as the program did.</summary>
    /// <param name="prefix">The payload's prefix.</param>
    /// <param name="port">A TCP port on 127.0.0.1, or null for the socket only.</param>
    /// <param name="settings">What the server and its extensions need.</param>
    /// <param name="run">What the server's project says of clients.</param>
    public static string RunProgram(RelativePath prefix, int? port, ServerSettings settings, ServerRun run) => $"""
        {Start(prefix, port, settings, run)}
        # Ctrl-C is the program's; the server must still be stopped after it.
        trap : INT
        "$@"
        code=$?
        stop
        exit $code

        """;

    /// <summary>Starts a server and keeps it until it ends, Ctrl-C, or <see cref="StopFile"/> appears.</summary>
    /// <param name="prefix">The payload's prefix.</param>
    /// <param name="port">A TCP port on 127.0.0.1, or null for the socket only.</param>
    /// <param name="settings">What the server and its extensions need.</param>
    /// <param name="run">What the server's project says of clients.</param>
    public static string Serve(RelativePath prefix, int? port, ServerSettings settings, ServerRun run) => $"""
        {Start(prefix, port, settings, run)}
        trap 'stopping=1' INT
        while [ -z "$stopping" ] && [ ! -e {SocketDirectory}/{StopFile} ] && [ -e "$data/postmaster.pid" ]; do sleep 0.2; done
        stop

        """;

    /// <summary>
    /// Starts a server for tests on the captured cluster: on the socket and on 127.0.0.1, with all that tests of extensions
    /// ask of a server. Defines <c>bin</c>, <c>data</c>, <c>log</c>.
    /// </summary>
    public static string StartForTests(RelativePath prefix, ServerSettings settings) => Start(prefix, port: 5432, settings, ServerRun.Plain);

    // Trees carry no modes: a server needs to write its files, and refuses a data directory that others can read.
    private static string Start(RelativePath prefix, int? port, ServerSettings settings, ServerRun run) => $$"""
        bin=/{{prefix}}/bin data=/{{DataDirectory}} log=/tmp/postgresql.log stopping=
        chmod -R u+rwX,go= "$data" && mkdir -p {{SocketDirectory}} || exit 1
        export PATH="$bin:$PATH" PGHOST={{SocketDirectory}} PGUSER=postgres PGDATABASE={{ShellText.Quote(run.Database ?? "postgres")}} PGDATA="$data" {{(port is { } number ? $"PGPORT={number}" : "")}}
        {{Configure(settings)}}stop() { "$bin/pg_ctl" -D "$data" -m fast -s -w stop >/dev/null 2>&1; }
        if ! "$bin/pg_ctl" -D "$data" -l "$log" -w -s -o "{{Options(port)}}" start </dev/null; then cat "$log" >&2; exit 1; fi{{ForClients(run)}}
        """;

    // Not before: a server takes the variable for its own first port.
    private static string ForClients(ServerRun run) => run.Port is { } port ? $"\nexport PGPORT={port}" : "";

    private static string Configure(ServerSettings settings) => settings.ToConfiguration() is { Length: > 0 } lines
        ? $"cat >> \"$data/postgresql.conf\" <<'END-OF-SETTINGS'\n{lines}END-OF-SETTINGS\n"
        : "";

    private static string Options(int? port) =>
        $"-c unix_socket_directories={SocketDirectory} {(port is { } number ? $"-c listen_addresses=127.0.0.1 -c port={number}" : "-c listen_addresses=")} -c fsync=off";
}
