using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text;
using Monogres.Core;
using Monogres.Sources.Git;
using Monogres.Store.Archives;

namespace Monogres.Sources.Origins;

/// <summary>
/// Compares a release tarball, file by file, with the commit that it was made of. Up to PostgreSQL 16 a tarball has more than
/// the commit: what <c>make distprep</c> generates, by a list of the index. Nothing else may differ.
/// </summary>
/// <param name="repository">Has the commit.</param>
/// <param name="generated">What only the tarball has, or only the commit.</param>
public sealed class TarballComparison(GitRepository repository, GlobSet generated)
{
    /// <summary>Compares.</summary>
    /// <param name="tar">The tarball, decompressed; read to its end.</param>
    /// <param name="top">The directory in it that holds the source.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>What differs, one line each, in the order of paths; empty when nothing does.</returns>
    /// <exception cref="ArchiveException">The tarball cannot be read.</exception>
    /// <exception cref="GitObjectMissingException">An object of the commit is not there.</exception>
    public async Task<ImmutableArray<string>> DifferencesAsync(Stream tar, RelativePath top, GitCommit commit, CancellationToken cancel)
    {
        var files = repository.Entries(commit).Where(entry => entry.Kind is not GitEntryKind.Directory && !generated.IsMatch(entry.Path)).ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        var differences = new SortedDictionary<string, string>(StringComparer.Ordinal);
        try
        {
            await using var reader = new TarReader(tar, leaveOpen: true);
            while (await reader.GetNextEntryAsync(copyData: false, cancel) is { } entry)
            {
                if (entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes)
                    continue;
                var (name, outside) = Below(entry.Name, top);
                if (outside)
                    differences[name] = $"{name} is outside of {top}";
                else if (!generated.IsMatch(name))
                    await CompareAsync(name, entry, files, differences, cancel);
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new ArchiveException(e.Message, top.Value, e);
        }

        foreach (var missing in files.Keys)
            differences[missing] = $"{missing} is in the commit, but not in the tarball";
        return [.. differences.Values];
    }

    private static async Task CompareAsync(string name, TarEntry entry, Dictionary<string, GitEntry> files, SortedDictionary<string, string> differences, CancellationToken cancel)
    {
        var (kind, id) = entry switch
        {
            { EntryType: TarEntryType.SymbolicLink } => (GitEntryKind.Link, GitHash.Of(GitObjectKind.Blob, Encoding.UTF8.GetBytes(entry.LinkName))),
            { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile } =>
                (entry.Mode.HasFlag(UnixFileMode.UserExecute) ? GitEntryKind.Executable : GitEntryKind.File, await GitHash.OfBlobAsync(entry.DataStream ?? Stream.Null, entry.Length, cancel)),
            _ => ((GitEntryKind?)null, ""),
        };
        if (!files.Remove(name, out var file))
            differences[name] = $"{name} is in the tarball, but neither in the commit nor on the list of generated files";
        else if (kind is null)
            differences[name] = $"{name} is a {entry.EntryType} in the tarball";
        else if (!string.Equals(id, file.Id, StringComparison.Ordinal))
            differences[name] = $"{name} has another content than in the commit";
        else if (kind != file.Kind)
            differences[name] = $"{name} is {Words(kind.Value)} in the tarball, and {Words(file.Kind)} in the commit";
    }

    private static (string Name, bool Outside) Below(string entry, RelativePath top)
    {
        var name = entry.StartsWith("./", StringComparison.Ordinal) ? entry[2..] : entry;
        return name.StartsWith(top.Value + "/", StringComparison.Ordinal) ? (name[(top.Value.Length + 1)..], false) : (name, true);
    }

    private static string Words(GitEntryKind kind) => kind switch
    {
        GitEntryKind.Executable => "executable",
        GitEntryKind.Link => "a link",
        _ => "not executable",
    };
}
