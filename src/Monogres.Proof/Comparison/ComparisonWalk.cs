using Monogres.Proof.Comparison.Causes;
using Monogres.Proof.Comparison.Containers;
using Monogres.Proof.Comparison.Contents;
using Monogres.Proof.Comparison.Reports;
using Monogres.Store.Archives;

namespace Monogres.Proof.Comparison;

/// <summary>
/// One comparison: from the outermost files inwards. What is equal byte by byte is not opened; what differs is opened as far as its
/// format is known, and compared as bytes where it is not, or where it is damaged inside.
/// </summary>
internal sealed partial class ComparisonWalk(Artifact one, Artifact other, CancellationToken cancel)
{
    // Nobody packs this deep who does not mean harm.
    private const int Deepest = 12;

    /// <summary>What differs, as it is found.</summary>
    public List<Difference> Differences { get; } = [];

    /// <summary>How many entries were compared.</summary>
    public long Entries { get; private set; }

    /// <summary>The artifact that is being read, for what is said of damage.</summary>
    public string Reading { get; private set; } = one.Name;

    /// <summary>Compares both sides.</summary>
    public async Task CompareAsync()
    {
        switch (one, other)
        {
            case ({ Directory: { } directory }, { Directory: { } otherDirectory }):
                await ArchivesAsync(Difference.Whole, directory, otherDirectory, 0);
                break;
            case ({ File: { } file }, { File: { } otherFile }):
                Entries++;
                if (file.Size != otherFile.Size || await DiffersAsync(file, otherFile) is not null)
                    await ContentsAsync(Difference.Whole, file, otherFile, 0);
                break;
            default:
                await DirectoryAndFileAsync();
                break;
        }
    }

    // A tree and an archive of it: they are not the same, but what is in them can be.
    private async Task DirectoryAndFileAsync()
    {
        Entries++;
        var (here, there) = (one.Directory ?? await OpenAsync(one), other.Directory ?? await OpenAsync(other));
        Differences.Add(new DifferenceBuilder(Difference.Whole, DifferenceKind.Type).Say(new Detail("kind", here?.Format ?? "file", there?.Format ?? "file")).Build());
        if (here is not null && there is not null)
            await ArchivesAsync(Difference.Whole, here, there, 0);
    }

    private async Task<Archive?> OpenAsync(Artifact artifact)
    {
        Reading = artifact.Name;
        var content = artifact.File!;
        var head = await ContentFormats.HeadAsync(content, cancel);
        while (CompressionMagic.Detect(head.Span) is not Compression.None and var compression)
        {
            content = new DecompressedContent(content, compression);
            head = await ContentFormats.HeadAsync(content, cancel);
        }

        return ContentFormats.Open(ContentFormats.Detect(head.Span), content);
    }

    /// <summary>Compares two contents that are known to differ.</summary>
    private async Task ContentsAsync(string path, Content here, Content there, int depth)
    {
        if (depth == Deepest)
        {
            await BytesAsync(path, here, there, remark: null);
            return;
        }

        var found = Differences.Count;
        try
        {
            if (await OpenedAsync(path, here, there, depth))
                return;
        }
        catch (ArchiveException damage) when (depth > 0)
        {
            // Of an archive in an archive what can be said is said of its bytes: another may even be damaged on purpose, as a test's input is.
            Differences.RemoveRange(found, Differences.Count - found);
            await BytesAsync(path, here, there, new Detail($"it cannot be opened: {damage.Message}"));
            return;
        }

        await BytesAsync(path, here, there, remark: null);
    }

    // Whether both were opened, so that what they differ in was told.
    private async Task<bool> OpenedAsync(string path, Content here, Content there, int depth)
    {
        Reading = one.Name;
        var head = await ContentFormats.HeadAsync(here, cancel);
        Reading = other.Name;
        var otherHead = await ContentFormats.HeadAsync(there, cancel);
        var (compression, otherCompression) = (CompressionMagic.Detect(head.Span), CompressionMagic.Detect(otherHead.Span));
        if (compression != Compression.None || otherCompression != Compression.None)
            return await DecompressedAsync(path, (here, compression, head), (there, otherCompression, otherHead), depth);

        var (format, otherFormat) = (ContentFormats.Detect(head.Span), ContentFormats.Detect(otherHead.Span));
        if (format == ContentFormat.Tar && ContentFormats.IsEmptyTar(otherHead.Span))
            otherFormat = format;
        if (otherFormat == ContentFormat.Tar && ContentFormats.IsEmptyTar(head.Span))
            format = otherFormat;
        if (format != otherFormat || ContentFormats.Open(format, here) is not { } archive || ContentFormats.Open(format, there) is not { } otherArchive)
            return false;

        var found = Differences.Count;
        await ArchivesAsync(path, archive, otherArchive, depth);
        if (Differences.Count == found && await DiffersAsync(here, there) is { } at)
        {
            Differences.Add(await LargeComparison.CompareAsync(
                path, DifferenceKind.Header, $"each entry of the {archive.Format} is equal, but not all bytes between them", here, there, at, cancel));
        }

        return true;
    }

    private async Task<bool> DecompressedAsync(
        string path, (Content Content, Compression Compression, ReadOnlyMemory<byte> Head) here, (Content Content, Compression Compression, ReadOnlyMemory<byte> Head) there, int depth)
    {
        var (inner, otherInner) = (Inner(here), Inner(there));
        var differs = await DiffersAsync(inner, otherInner) is not null;
        if (CompressionComparison.Compare(path, (here.Compression, here.Head), (there.Compression, there.Head), contentDiffers: differs) is { } compressed)
            Differences.Add(compressed);
        if (differs)
            await ContentsAsync(path, inner, otherInner, depth + 1);
        return true;

        static Content Inner((Content Content, Compression Compression, ReadOnlyMemory<byte> Head) side) =>
            side.Compression == Compression.None ? side.Content : new DecompressedContent(side.Content, side.Compression);
    }

    private async Task BytesAsync(string path, Content here, Content there, Detail? remark)
    {
        Reading = one.Name;
        var bytes = await here.ReadAsync(ContentComparison.Largest, cancel);
        Reading = other.Name;
        var otherBytes = await there.ReadAsync(ContentComparison.Largest, cancel);
        if (bytes is { } first && otherBytes is { } second)
        {
            var difference = ContentComparison.Compare(path, first, second);
            Differences.Add(remark is null ? difference : difference with { Details = difference.Details.Add(remark) });
        }
        else if (await DiffersAsync(here, there) is { } at)
        {
            Differences.Add(await LargeComparison.CompareAsync(path, DifferenceKind.Content, remark?.What ?? "it is too large to be looked into", here, there, at, cancel));
        }
    }

    private ValueTask<long?> DiffersAsync(Content here, Content there) =>
        Equality.FirstDifferenceAsync(here, there, side => Reading = side == 0 ? one.Name : other.Name, cancel);
}
