using Monogres.Store.Archives;

namespace Monogres.Platforms.Packages;

/// <summary>
/// Reads a Debian package (deb(5)): the members <c>debian-binary</c>, <c>control.tar*</c> and <c>data.tar*</c> in that
/// order. Members whose name begins with an underscore may occur between and after them and are skipped, as the
/// format promises; any other is refused.
/// </summary>
public sealed class DebReader : IAsyncDisposable
{
    private static readonly Dictionary<string, Compression> Suffixes = new(StringComparer.Ordinal)
    {
        [""] = Compression.None,
        [".gz"] = Compression.Gzip,
        [".bz2"] = Compression.Bzip2,
        [".xz"] = Compression.Xz,
        [".zst"] = Compression.Zstd,
    };

    private readonly ArReader _archive;

    private DebReader(ArReader archive, Stream data) => (_archive, Data) = (archive, data);

    /// <summary>The installed files: a tar archive, decompressed.</summary>
    public Stream Data { get; }

    /// <summary>Reads up to the installed files.</summary>
    /// <param name="deb">Read from its current position; not disposed.</param>
    /// <param name="limits">When the content is considered a decompression bomb.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="ArchiveException">The file is not a Debian package, or is damaged.</exception>
    public static async Task<DebReader> OpenAsync(Stream deb, ArchiveLimits limits, CancellationToken cancel)
    {
        var archive = new ArReader(deb);
        await CheckVersionAsync(archive, cancel);

        var control = await NextAsync(archive, cancel) ?? throw new ArchiveException("the package ends before its member `control.tar`");
        CompressionOf(control, "control.tar");

        var data = await NextAsync(archive, cancel) ?? throw new ArchiveException("the package ends before its member `data.tar`");
        return new DebReader(archive, Decompression.Open(data.Content, CompressionOf(data, "data.tar"), limits));
    }

    /// <summary>Checks that nothing follows the installed files; to be called when they have been read.</summary>
    /// <exception cref="ArchiveException">Something does.</exception>
    public async Task FinishAsync(CancellationToken cancel)
    {
        if (await NextAsync(_archive, cancel) is { } more)
            throw new ArchiveException("follows the last member of the package", more.Name);
    }

    /// <summary>Releases the decompressor.</summary>
    public ValueTask DisposeAsync() => Data.DisposeAsync();

    private static async ValueTask CheckVersionAsync(ArReader archive, CancellationToken cancel)
    {
        var member = await archive.NextAsync(cancel);
        if (member is not { Name: "debian-binary" })
            throw new ArchiveException($"the package begins with `{member?.Name}` instead of `debian-binary`");

        var version = new byte[4];
        var read = await member.Content.ReadAtLeastAsync(version, version.Length, throwOnEndOfStream: false, cancel);
        if (member.Size != version.Length || !version.AsSpan(0, read).SequenceEqual("2.0\n"u8))
            throw new ArchiveException("does not say that this is version 2.0 of the package format", member.Name);
    }

    private static async ValueTask<ArMember?> NextAsync(ArReader archive, CancellationToken cancel)
    {
        var member = await archive.NextAsync(cancel);
        while (member is not null && member.Name.StartsWith('_'))
            member = await archive.NextAsync(cancel);
        return member;
    }

    private static Compression CompressionOf(ArMember member, string name)
    {
        if (member.Name.StartsWith(name, StringComparison.Ordinal) && Suffixes.TryGetValue(member.Name[name.Length..], out var compression))
            return compression;

        throw new ArchiveException(
            member.Name.StartsWith(name, StringComparison.Ordinal) ? "has a compression that is not supported" : $"stands where `{name}` is expected", member.Name);
    }
}
