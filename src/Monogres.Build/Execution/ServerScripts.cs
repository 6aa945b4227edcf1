using Monogres.Core;

namespace Monogres.Build.Execution;

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
    public static string InitDb(RelativePath prefix) => $"""
        set -e
        exec 2>&1
        /{prefix}/bin/initdb --no-sync --auth=trust --username=postgres --encoding=UTF8 --locale=C.UTF-8 --no-instructions -D /build/out

        """;

    /// <summary>Starts a server on the captured cluster, runs the given program, and stops the server whatever the program did; exits as the program did.</summary>
    /// <param name="prefix">The payload's prefix.</param>
    /// <param name="port">A TCP port on 127.0.0.1, or null for the socket only.</param>
    public static string RunProgram(RelativePath prefix, int? port) => $"""
        set -e
        {Start(prefix, port)}
        code=0
        "$@" || code=$?
        "$bin/pg_ctl" -D "$data" -m fast -w stop >/dev/null || true
        exit $code

        """;

    /// <summary>Runs a server in the foreground until it is told to stop.</summary>
    public static string Serve(RelativePath prefix, int? port) => $"""
        set -e
        {Prepare(prefix)}
        exec "$bin/postgres" -D "$data" {Options(port)}

        """;

    private static string Start(RelativePath prefix, int? port) => $"""
        {Prepare(prefix)}
        log=/tmp/postgresql.log
        if ! "$bin/pg_ctl" -D "$data" -l "$log" -w -s -o "{Options(port)}" start; then cat "$log" >&2; exit 1; fi
        """;

    // Trees carry no modes, and a server refuses a data directory that others can read.
    private static string Prepare(RelativePath prefix) => $"""
        bin=/{prefix}/bin data=/{DataDirectory}
        chmod 700 "$data"
        mkdir -p {SocketDirectory}
        export PATH="$bin:$PATH" PGHOST={SocketDirectory} PGUSER=postgres PGDATABASE=postgres PGDATA="$data"
        """;

    private static string Options(int? port) =>
        $"-c unix_socket_directories={SocketDirectory} {(port is { } number ? $"-c listen_addresses=127.0.0.1 -c port={number}" : "-c listen_addresses=")} -c fsync=off";
}
