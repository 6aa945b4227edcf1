namespace Monogres.Testing.Http;

/// <summary>A web server on the loopback interface that serves the files of a directory.</summary>
public sealed class DirectoryServer(string directory) : IAsyncDisposable
{
    private readonly LoopbackServer _server = new()
    {
        Otherwise = path => Path.Combine(directory, Uri.UnescapeDataString(path.Split('?')[0]).TrimStart('/')) is var file && File.Exists(file)
            ? new LoopbackAnswer { Body = File.ReadAllBytes(file) }
            : null,
    };

    /// <summary>Where the directory is, with a slash at the end.</summary>
    public string Address => _server[""].ToString();

    /// <summary>The paths that were asked for, in order.</summary>
    public IReadOnlyList<string> Requests => _server.Requests;

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
