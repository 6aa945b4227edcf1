using System.Collections.Immutable;
using System.Security.Cryptography;
using Monogres.Core;
using Monogres.Index.Projects;
using Monogres.Sandbox;
using Monogres.Sources.Origins;

namespace Monogres.Cli.Commands;

/// <summary>The compressors of upstream's archives, from the pinned packages: another version of one may write other bytes. What they write is hashed and not kept.</summary>
/// <param name="workspace">Runs them.</param>
internal sealed class PinnedCompressors(Workspace workspace)
{
    private static readonly RelativePath Inside = RelativePath.Parse("run/archive");
    private static readonly RelativePath Work = RelativePath.Parse("build");

    private static readonly ImmutableSortedDictionary<string, string> Environment = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
        [KeyValuePair.Create("LC_ALL", "C.UTF-8"), KeyValuePair.Create("PATH", "/usr/bin:/usr/sbin")]);

    /// <summary>The digest of a file once it is compressed. Its directory must hold nothing that the compressor may not write to.</summary>
    /// <exception cref="UserErrorException">The sandbox cannot be made, or the compressor failed.</exception>
    public Task<Digest> CompressAsync(string path, GitCompression compression, CancellationToken cancel) => workspace.Engine.UseAsync([workspace.ArchivePrograms], async roots =>
    {
        var (session, name) = (await workspace.Session(cancel), Path.GetFileName(path));
        var exitCode = await session.EnterAsync(new SessionRequest
        {
            Layers = [.. roots.Select(root => root.Tree)],
            Arguments = ["/bin/sh", "-c", $"exec {CommandOf(compression)} <\"$1\" >\"$1.out\"", "sh", $"/{Inside}/{name}"],
            Environment = Environment,
            WorkingDirectory = Work,
            HostDirectories = [new HostDirectory(Path.GetDirectoryName(path)!, Inside)],
        }, cancel);
        if (exitCode != 0)
            throw new UserErrorException($"{CommandOf(compression)} ended with exit code {exitCode}", "what it said stands above; `monogres store stats` says where the store is, whose disk needs some 200 MB");

        try
        {
            await using var compressed = File.OpenRead(path + ".out");
            return new Digest(new Sha256Hash(await SHA256.HashDataAsync(compressed, cancel)), compressed.Length);
        }
        finally
        {
            File.Delete(path + ".out");
        }
    }, cancel);

    private static string CommandOf(GitCompression compression) => compression switch
    {
        GitCompression.Gzip => "gzip -n",
        GitCompression.Bzip2 => "bzip2 -9",
        _ => throw new ArgumentOutOfRangeException(nameof(compression), compression, "not a compression"),
    };
}
