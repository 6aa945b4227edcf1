using System.Collections.Immutable;
using System.Text;
using Monogres.Payloads.Binaries;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Payloads.Extensions;

/// <summary>The files that a build installed, with their content: those of an extension are few and small enough to keep in memory.</summary>
/// <param name="prefix">The prefix that the paths are relative to, <c>usr/lib/postgresql/17</c>.</param>
/// <param name="files">The files.</param>
/// <param name="links">The symbolic links, each with its target as written.</param>
public sealed class InstalledTree(RelativePath prefix, IEnumerable<InstalledFile> files, IEnumerable<KeyValuePair<RelativePath, string>> links)
{
    // Links that lead in a circle lead nowhere.
    private const int MostLinks = 40;

    private readonly Dictionary<RelativePath, InstalledFile> _files = files.ToDictionary(file => file.Path);
    private readonly Dictionary<RelativePath, string> _links = new(links);

    /// <summary>The prefix that the paths are relative to.</summary>
    public RelativePath Prefix => prefix;

    /// <summary>The files, in the order of their paths.</summary>
    public ImmutableArray<InstalledFile> Files => field.IsDefault ? field = [.. _files.Values.OrderBy(file => file.Path.Value, Utf8Order.Comparer)] : field;

    /// <summary>Whether there is a file, or a link, at a path.</summary>
    public bool Has(RelativePath path) => _files.ContainsKey(path) || _links.ContainsKey(path);

    /// <summary>The file at a path, or where the link there leads; or null.</summary>
    public InstalledFile? Find(RelativePath path)
    {
        for (var followed = 0; followed <= MostLinks; followed++)
        {
            if (_files.TryGetValue(path, out var file))
                return file;
            if (!_links.TryGetValue(path, out var target) || !RelativePath.TryResolve(path.Parent, target, out path))
                return null;
        }

        return null;
    }

    /// <summary>The names of the files and links in a directory.</summary>
    public IEnumerable<string> NamesIn(RelativePath directory) => _files.Keys.Concat(_links.Keys).Where(path => path.Parent == directory).Select(path => path.Name);

    /// <summary>Reads the files below a prefix; anything elsewhere in the payload is ignored.</summary>
    /// <exception cref="BlobMissingException">A part of the tree is lost.</exception>
    /// <exception cref="UserErrorException">A file claims to be ELF and is malformed.</exception>
    public static async Task<InstalledTree> ReadAsync(IBlobStore blobs, Digest payload, RelativePath prefix, CancellationToken cancel)
    {
        List<InstalledFile> files = [];
        List<KeyValuePair<RelativePath, string>> links = [];
        if (await TreeWalk.FindDirectoryAsync(blobs, payload, prefix, cancel) is { } installation)
        {
            await foreach (var entry in TreeWalk.EntriesAsync(blobs, installation, cancel))
            {
                if (entry is TreeEntry.File file)
                    files.Add(InstalledFile.Of(file.Path, await blobs.ReadAllAsync(file.Content, cancel)));
                else if (entry is TreeEntry.Symlink link)
                    links.Add(new(link.Path, link.Target));
            }
        }

        return new InstalledTree(prefix, files, links);
    }
}

/// <summary>A file that a build installed.</summary>
/// <param name="Path">Where, relative to the prefix.</param>
/// <param name="Content">What it holds.</param>
/// <param name="Elf">What it needs from the machine, when it is a program or a library.</param>
/// <param name="Symbols">The symbols that it imports and exports, when it is a program or a library.</param>
public sealed record InstalledFile(RelativePath Path, ReadOnlyMemory<byte> Content, ElfFile? Elf, ElfSymbols? Symbols)
{
    /// <summary>Whether it holds text: no byte of it is 0.</summary>
    public bool IsText => !Content.Span.Contains((byte)0);

    /// <summary>Its bytes as characters, one for each (Latin-1): for searching, whatever the encoding.</summary>
    public string Characters => Encoding.Latin1.GetString(Content.Span);

    /// <summary>Describes a file.</summary>
    /// <exception cref="UserErrorException">It claims to be ELF and is malformed.</exception>
    public static InstalledFile Of(RelativePath path, ReadOnlyMemory<byte> content) => BinaryNeeds.Elf(path, content.Span) is { } elf
        ? new InstalledFile(path, content, elf, BinaryNeeds.Symbols(path, content.Span))
        : new InstalledFile(path, content, Elf: null, Symbols: null);
}
