using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using Monogres.Store.Archives;

namespace Monogres.Payloads.Extensions.Checks;

/// <summary>Archives that hold the time at which they were made.</summary>
public sealed class ArchiveTimesCheck : PackageCheck
{
    // Of what is in a compressed archive, in bytes.
    private const int MostRead = 16 << 20;

    /// <inheritdoc/>
    public override string Id => "archive-times";

    /// <inheritdoc/>
    public override string Summary => "An archive contains the time of the build";

    /// <inheritdoc/>
    public override string Explain =>
        "Two builds differ in it. `tar`, `gzip`, `zip` and `cpio` cannot see such a time during a build; other programs that make archives "
        + "(modules of Python and Perl among them) must be told the time, for which `SOURCE_DATE_EPOCH` is set, or to leave it out.";

    /// <inheritdoc/>
    public override CheckSeverity Severity => CheckSeverity.Error;

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(CheckedPayload payload)
    {
        if (payload.BuiltOn is not { } day)
            yield break;

        // The clock of the machine that built it, and that of the one that says when, need not agree.
        var earliest = day.AddDays(-1).ToDateTime(TimeOnly.MinValue);
        foreach (var file in payload.Tree.Files.Where(file => file.Elf is null))
        {
            if (Times(file.Content.ToArray()).Any(time => time >= earliest))
                yield return Found(file.Path.Value, "it is an archive with the time of the build in it");
        }
    }

    private static List<DateTime> Times(byte[] content)
    {
        List<DateTime> times = [];
        try
        {
            if (CompressionMagic.Detect(content) is not Compression.None and var compression)
            {
                if (content is [0x1f, 0x8b, 8, _, _, _, _, _, _, _, ..])
                    times.Add(DateTime.UnixEpoch.AddSeconds(BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(4))));
                using var inside = Decompression.Open(new MemoryStream(content), compression, ArchiveLimits.Default);
                var beginning = new byte[MostRead];
                OfTar(beginning[..inside.ReadAtLeast(beginning, MostRead, throwOnEndOfStream: false)], times);
            }
            else if (content is [(byte)'P', (byte)'K', 3, 4, ..])
            {
                using var zip = new ZipArchive(new MemoryStream(content), ZipArchiveMode.Read);
                times.AddRange(zip.Entries.Select(entry => entry.LastWriteTime.DateTime));
            }
            else
            {
                OfTar(content, times);
            }
        }
        catch (Exception e) when (e is InvalidDataException or ArchiveException or EndOfStreamException or FormatException or ArgumentException)
        {
            // It only begins like an archive, or its end was not read.
        }

        return times;
    }

    private static void OfTar(byte[] archive, List<DateTime> times)
    {
        const int magic = 257;
        if (archive.Length <= magic || !archive.AsSpan(magic).StartsWith("ustar"u8))
            return;

        using var tar = new TarReader(new MemoryStream(archive));
        while (tar.GetNextEntry() is { } entry)
            times.Add(entry.ModificationTime.UtcDateTime);
    }
}
