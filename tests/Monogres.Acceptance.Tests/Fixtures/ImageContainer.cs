using System.Text.Json.Nodes;
using Monogres.Acceptance.Tests.Clients;

namespace Monogres.Acceptance.Tests.Fixtures;

/// <summary>An image that umoci unpacked, run by bubblewrap with the environment of its configuration and a network of its own.</summary>
/// <param name="clients">The programs.</param>
/// <param name="config">The configuration of the image.</param>
/// <param name="root">The root file system.</param>
internal sealed class ImageContainer(ClientPrograms clients, JsonNode config, string root)
{
    // Asks from loopback, where the first start is not seen, and ends the server as the image says that it is ended.
    private const string Client = """
        docker-entrypoint.sh postgres >/tmp/log 2>&1 &
        server=$!
        until pg_isready --quiet --host=127.0.0.1 --username=postgres; do
            kill -0 $server 2>/dev/null || { cat /tmp/log >&2; exit 1; }
            sleep 0.1
        done
        PGPASSWORD=$(cat /tmp/password) psql --host=127.0.0.1 --username=postgres --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --command="$1" || failed=1
        kill -INT $server
        wait $server
        [ -z "${failed-}" ] || cat /tmp/log >&2
        exit ${failed:-0}
        """;

    /// <summary>Whose server it is: null for whom the image names, where that can be.</summary>
    public int? Uid { get; init; }

    /// <summary>Whether nothing of the image can be written to.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Starts the server, asks it, and ends it; it has to end well.</summary>
    /// <param name="volume">The directory for the data.</param>
    /// <param name="password">The file with the password.</param>
    /// <param name="sql">What it is asked.</param>
    /// <param name="mounts">Further words for bubblewrap.</param>
    public async Task<string> AskAsync(string volume, string password, string sql, params string[] mounts)
    {
        Directory.CreateDirectory(volume);
        var data = config["Volumes"]!.AsObject().Single().Key;
        var asked = await ClientProcess.RunAsync(
        [
            .. Uid is { } uid ? ClientPrograms.Bubblewrap(clients.Sandbox, uid) : ClientPrograms.Bubblewrap(clients.Sandbox),
            "--unshare-net", "--unshare-pid", "--unshare-ipc",
            IsReadOnly ? "--ro-bind" : "--bind", root, "/", "--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp", "--tmpfs", "/run/postgresql",
            "--bind", volume, data, "--ro-bind", password, "/tmp/password", .. mounts,
            "--clearenv", .. config["Env"]!.AsArray().SelectMany(one => ((string)one!).Split('=', 2) is var pair ? (string[])["--setenv", pair[0], pair[1]] : []),
            "--setenv", "POSTGRES_PASSWORD_FILE", "/tmp/password", "--setenv", "LANG", "de_DE.utf8",
            "--chdir", "/", "--", "/bin/bash", "-c", Client, "client", sql,
        ]);
        return asked.Succeeded().Out;
    }
}
