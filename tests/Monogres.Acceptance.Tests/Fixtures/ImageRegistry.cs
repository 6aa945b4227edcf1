using System.Diagnostics;
using System.Text.RegularExpressions;
using Monogres.Acceptance.Tests.Clients;

namespace Monogres.Acceptance.Tests.Fixtures;

/// <summary>The registry of Debian, on loopback and without TLS, with its content in a directory.</summary>
internal sealed partial class ImageRegistry : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _rest;

    private ImageRegistry(Process process, string address)
    {
        (_process, Address) = (process, address);
        _rest = Task.WhenAll(process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
    }

    /// <summary>Where it answers: <c>127.0.0.1:40123</c>.</summary>
    public string Address { get; }

    /// <summary>Starts one.</summary>
    /// <param name="clients">With the package <c>docker-registry</c>.</param>
    /// <param name="directory">Gets its content.</param>
    public static async Task<ImageRegistry> StartAsync(ClientPrograms clients, string directory)
    {
        Directory.CreateDirectory(directory);
        var settings = Path.Combine(directory, "registry.yml");
        await File.WriteAllTextAsync(settings, $"""
            version: 0.1
            log: {"{level: info, accesslog: {disabled: true}}"}
            storage: {"{filesystem: {rootdirectory: "}{directory}{"}}"}
            http: {"{addr: '127.0.0.1:0'}"}

            """);
        var process = ClientProcess.Begin(clients.Start([directory], "docker-registry", "serve", settings));
        var said = new List<string>();
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (Listening().Match(line) is { Success: true } listening)
                return new ImageRegistry(process, listening.Groups["address"].Value);
        }

        await process.WaitForExitAsync();
        throw new InvalidOperationException($"the registry did not start:\n{string.Join('\n', said)}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _rest;
        _process.Dispose();
    }

    [GeneratedRegex("listening on (?<address>127[.]0[.]0[.]1:[0-9]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Listening();
}
