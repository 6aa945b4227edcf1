using System.Runtime.InteropServices;
using System.Text;
using Monogres.Platforms.Packages;

namespace Monogres.Platforms.Lock;

/// <summary>
/// The packages that an archive offers to an architecture, from its <c>Packages</c> file. The file has tens of thousands of
/// paragraphs and few of them are ever asked for, so that each is read when it is.
/// </summary>
public sealed class ArchivePackages
{
    private static readonly byte[] NameField = "Package: "u8.ToArray(), ProvidesField = "\nProvides: "u8.ToArray(), Blank = "\n\n"u8.ToArray();

    private readonly ReadOnlyMemory<byte> _text;
    private readonly string _architecture;
    private readonly Dictionary<string, List<Range>> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ArchivePackage?> _read = new(StringComparer.Ordinal);
    private readonly HashSet<string> _providing = new(StringComparer.Ordinal);
    private ILookup<string, (ArchivePackage Package, DebianVersion? Version)>? _providers;

    /// <summary>Finds the paragraphs.</summary>
    /// <param name="text">The <c>Packages</c> file, not compressed.</param>
    /// <param name="architecture">Debian's word for the processor, <c>amd64</c>: packages of others are passed over.</param>
    /// <exception cref="FormatException">A paragraph does not begin with the name of its package.</exception>
    public ArchivePackages(ReadOnlyMemory<byte> text, string architecture)
    {
        (_text, _architecture) = (text, architecture);
        var all = text.Span;
        for (var start = 0; start < all.Length;)
        {
            var length = all[start..].IndexOf(Blank);
            var end = length < 0 ? all.Length : start + length;
            if (!all[start..end].Trim("\n"u8).IsEmpty)
                Add(start, end);
            start = end + 1;
        }
    }

    /// <summary>The names of all packages.</summary>
    public IReadOnlyCollection<string> Names => _places.Keys;

    /// <summary>The newest package of a name, or null.</summary>
    /// <exception cref="FormatException">Its paragraph lacks a field, or has one that cannot be read.</exception>
    public ArchivePackage? Find(string name)
    {
        if (!_places.TryGetValue(name, out var places))
            return null;

        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_read, name, out var isKnown);
        if (!isKnown)
        {
            known = places.SelectMany(place => ArchivePackage.Parse(Encoding.UTF8.GetString(_text.Span[place])))
                .Where(package => package.Architecture is "all" || string.Equals(package.Architecture, _architecture, StringComparison.Ordinal)).MaxBy(package => package.Version);
        }

        return known;
    }

    /// <summary>The packages that provide a virtual one, sorted by name, each with the version that it provides it in, if any.</summary>
    /// <exception cref="FormatException">A paragraph lacks a field, or has one that cannot be read.</exception>
    public IEnumerable<(ArchivePackage Package, DebianVersion? Version)> ProvidersOf(string name)
    {
        _providers ??= _providing.Order(StringComparer.Ordinal).Select(Find).OfType<ArchivePackage>()
            .SelectMany(package => package.Provides.Select(provided => (provided.Name, package, provided.Version)))
            .ToLookup(entry => entry.Name, entry => (entry.package, entry.Version), StringComparer.Ordinal);
        return _providers[name];
    }

    private void Add(int start, int end)
    {
        var paragraph = _text.Span[start..end];
        var skipped = paragraph.Length - paragraph.TrimStart((byte)'\n').Length;
        var line = paragraph[skipped..];
        if (!line.StartsWith(NameField))
            throw new FormatException("a paragraph of a Packages file does not begin with `Package: `");

        var stop = line.IndexOf((byte)'\n');
        var name = Encoding.UTF8.GetString(line[NameField.Length..(stop < 0 ? line.Length : stop)]).Trim();
        if (!_places.TryGetValue(name, out var places))
            _places.Add(name, places = []);
        places.Add((start + skipped)..end);
        if (line.IndexOf(ProvidesField) >= 0)
            _providing.Add(name);
    }
}
