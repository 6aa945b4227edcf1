using Monogres.Core;
using Monogres.Proof.Comparison.Containers;
using Monogres.Proof.Comparison.Reports;
using Monogres.Store.Archives;

namespace Monogres.Proof.Comparison;

/// <summary>
/// Compares two artifacts or trees: directories, archives, packages, images, single files. What is in an archive is compared
/// entry by entry, through archives in archives; what is compressed, by its content. Nothing is unpacked to disk.
/// </summary>
public static class ArtifactComparer
{
    /// <summary>Compares.</summary>
    /// <param name="one">The first, an absolute path; a link is followed.</param>
    /// <param name="other">The second.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">One of them is not there, cannot be read, or is a damaged archive.</exception>
    public static async Task<ComparisonReport> CompareAsync(string one, string other, CancellationToken cancel)
    {
        var walk = new ComparisonWalk(Open(one), Open(other), cancel);
        try
        {
            await walk.CompareAsync();
        }
        catch (ArchiveException damage)
        {
            throw ComparisonErrors.Damaged(walk.Reading, damage);
        }

        return new ComparisonReport(one, other, ReportOrder.Sort(walk.Differences), walk.Entries);
    }

    private static Artifact Open(string path)
    {
        // Also of a link that leads nowhere.
        if (!Path.Exists(path))
            throw ComparisonErrors.Missing(path);

        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        if (Directory.Exists(target))
            return new Artifact(path, new DirectoryArchive(target), null);

        return Store.Disk.FileFacts.Of(target) is { IsFile: true } ? new Artifact(path, null, new FileContent(target)) : throw ComparisonErrors.NotComparable(path);
    }
}

/// <summary>One side of a comparison: a directory or a file.</summary>
/// <param name="Name">The name for messages.</param>
/// <param name="Directory">The directory, or null.</param>
/// <param name="File">The file, or null.</param>
internal sealed record Artifact(string Name, Archive? Directory, Content? File);
