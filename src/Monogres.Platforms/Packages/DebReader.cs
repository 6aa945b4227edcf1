using System.Formats.Tar;
using System.Text;
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

    // Scripts, and the names and sums of all files.
    private static readonly ArchiveLimits ControlLimits = new() { MaxBytes = 256 << 20 };

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
        await ReadVersionAsync(archive, cancel);

        var control = await NextAsync(archive, cancel) ?? throw new ArchiveException("the package ends before its member `control.tar`");
        CompressionOf(control, "control.tar");

        var data = await NextAsync(archive, cancel) ?? throw new ArchiveException("the package ends before its member `data.tar`");
        return new DebReader(archive, Decompression.Open(data.Content, CompressionOf(data, "data.tar"), limits));
    }

    /// <summary>Reads what a package says of itself. The installed files are skipped, but must be there whole.</summary>
    /// <param name="deb">Read from its current position to its end; not disposed.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="ArchiveException">The file is not a Debian package, or is damaged.</exception>
    public static async Task<DebControl> ReadControlAsync(Stream deb, CancellationToken cancel)
    {
        var archive = new ArReader(deb);
        var version = await ReadVersionAsync(archive, cancel);

        var control = await NextAsync(archive, cancel) ?? throw new ArchiveException("the package ends before its member `control.tar`");
        var text = await ControlFileAsync(control, cancel);

        var data = await NextAsync(archive, cancel) ?? throw new ArchiveException("the package ends before its member `data.tar`");
        CompressionOf(data, "data.tar");
        if (await NextAsync(archive, cancel) is { } more)
            throw new ArchiveException("follows the last member of the package", more.Name);
        return version.Modified <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? new DebControl(text, DateTimeOffset.FromUnixTimeSeconds(version.Modified))
            : throw new ArchiveException("has a time that is not a date", version.Name);
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

    private static async Task<string> ControlFileAsync(ArMember member, CancellationToken cancel)
    {
        await using var stream = Decompression.Open(member.Content, CompressionOf(member, "control.tar"), ControlLimits);
        await using var tar = new TarReader(stream, leaveOpen: true);
        try
        {
            while (await tar.GetNextEntryAsync(copyData: false, cancel) is { } entry)
            {
                if (entry is { Name: "./control" or "control", DataStream: { } data })
                {
                    using var reader = new StreamReader(data, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
                    return await reader.ReadToEndAsync(cancel);
                }
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException or DecoderFallbackException)
        {
            throw new ArchiveException("cannot be read", member.Name, error);
        }

        throw new ArchiveException("has no file `control`", member.Name);
    }

    /// <summary>The member that a package begins with.</summary>
    private static async ValueTask<ArMember> ReadVersionAsync(ArReader archive, CancellationToken cancel)
    {
        var member = await archive.NextAsync(cancel);
        if (member is not { Name: "debian-binary" })
            throw new ArchiveException($"the package begins with `{member?.Name}` instead of `debian-binary`");

        var version = new byte[4];
        var read = await member.Content.ReadAtLeastAsync(version, version.Length, throwOnEndOfStream: false, cancel);
        if (member.Size != version.Length || !version.AsSpan(0, read).SequenceEqual("2.0\n"u8))
            throw new ArchiveException("does not say that this is version 2.0 of the package format", member.Name);
        return member;
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

/// <summary>What a Debian package says of itself.</summary>
/// <param name="Text">Its file <c>control</c>: one paragraph.</param>
/// <param name="Date">When it was made, by the first entry of the archive: the date of its source, where packages are reproducible.</param>
public sealed record DebControl(string Text, DateTimeOffset Date);
