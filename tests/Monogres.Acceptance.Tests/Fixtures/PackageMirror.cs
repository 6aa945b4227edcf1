using Monogres.Testing.Http;

namespace Monogres.Acceptance.Tests.Fixtures;

/// <summary>
/// A Debian mirror on the loopback interface: packages by their pool paths, out of the blobs of the shared store, and the
/// sources of a fixture index beside them.
/// </summary>
internal static class PackageMirror
{
    /// <summary>Starts one. Whatever a test says with <see cref="LoopbackServer.Answer"/> comes before.</summary>
    /// <param name="index">Whose lock and sources.</param>
    /// <param name="bytesPerSecond">How fast each file comes, or null.</param>
    public static LoopbackServer Start(FixtureIndex index, int? bytesPerSecond = null)
    {
        var hashes = index.Read("platforms/debian12-amd64/packages.lock.json")["packages"]!.AsArray()
            .ToDictionary(package => $"/debian/{package!["path"]}", package => (string)package!["sha256"]!, StringComparer.Ordinal);
        return new LoopbackServer
        {
            Otherwise = path => ContentOf(index, hashes, path) is { } body ? new LoopbackAnswer { Body = body, HasRanges = true, BytesPerSecond = bytesPerSecond } : null,
        };
    }

    private static byte[]? ContentOf(FixtureIndex index, Dictionary<string, string> hashes, string path)
    {
        var name = Uri.UnescapeDataString(path);
        var file = hashes.TryGetValue(name, out var hash) ? Path.Combine(Tool.SharedStore, "blobs", hash[..2], hash)
            : name.StartsWith("/debian/pool/main/f/fixture/", StringComparison.Ordinal) ? Path.Combine(index.Sources, Path.GetFileName(name))
            : null;
        return File.Exists(file) ? File.ReadAllBytes(file) : null;
    }
}
