using System.Buffers;
using System.Text;

namespace Monogres.Platforms.Contents;

/// <summary>
/// What an archive's <c>Contents-ARCHITECTURE</c> file says of some wanted files: which packages have them, and which have the
/// shared libraries of development packages (<see href="https://wiki.debian.org/DebianRepository/Format"/>, "Contents" indices).
/// The file has a line for every file of every package, well over a million: it is read once, and only what is asked for is kept.
/// </summary>
public sealed class ContentsIndex
{
    private static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t"u8);

    private const string LibraryPrefix = "lib";

    private readonly Dictionary<WantedFile, List<(int Rank, string Package)>> _found = [];
    private readonly Dictionary<string, List<string>> _linked = new(StringComparer.Ordinal), _loaded = new(StringComparer.Ordinal);
    private readonly HashSet<string> _withLibraries = new(StringComparer.Ordinal);
    private readonly (byte[] Name, WantedFile File)[] _wanted;
    private readonly string _triplet;
    private readonly byte[][] _libraries;

    private ContentsIndex(IEnumerable<WantedFile> wanted, string triplet)
    {
        _wanted = [.. wanted.Distinct().Select(file => (Encoding.UTF8.GetBytes($"/{file.FileName}"), file))];
        (_triplet, _libraries) = (triplet, [Encoding.UTF8.GetBytes($"lib/{triplet}/{LibraryPrefix}"), Encoding.UTF8.GetBytes($"lib/{LibraryPrefix}")]);
    }

    /// <summary>Reads a <c>Contents</c> file.</summary>
    /// <param name="text">The file, not compressed.</param>
    /// <param name="wanted">What is asked of it.</param>
    /// <param name="triplet">The architecture in paths: <c>x86_64-linux-gnu</c>.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="FormatException">A line is longer than any path can be.</exception>
    public static async Task<ContentsIndex> ReadAsync(Stream text, IEnumerable<WantedFile> wanted, string triplet, CancellationToken cancel)
    {
        var index = new ContentsIndex(wanted, triplet);
        var buffer = new byte[1 << 20];
        int held = 0, read;
        while ((read = await text.ReadAsync(buffer.AsMemory(held), cancel)) > 0)
        {
            held += read;
            var lines = buffer.AsSpan(0, held).LastIndexOf((byte)'\n') + 1;
            index.Search(buffer.AsSpan(0, lines));
            buffer.AsSpan(lines..held).CopyTo(buffer);
            held -= lines;
            if (held == buffer.Length)
                throw new FormatException("a line of the Contents file has no end");
        }

        index.Search(buffer.AsSpan(0, held));
        return index;
    }

    /// <summary>The packages that have the file at the best place of all, sorted; empty when none has it.</summary>
    public IReadOnlyList<string> PackagesWith(WantedFile file)
    {
        var found = _found.GetValueOrDefault(file) ?? [];
        return [.. found.Where(one => one.Rank == found.Min(other => other.Rank)).Select(one => one.Package).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>The packages that have the most of these files, wherever that is, sorted: several packages have a header of the same name, but not all of them.</summary>
    public IReadOnlyList<string> PackagesWithMost(IReadOnlyCollection<WantedFile> files)
    {
        var counts = files.SelectMany(file => (_found.GetValueOrDefault(file) ?? []).GroupBy(one => one.Package, StringComparer.Ordinal).Select(same => (Package: same.Key, Rank: same.Min(one => one.Rank))))
            .GroupBy(one => one.Package, StringComparer.Ordinal).Select(same => (Package: same.Key, Score: (Missing: -same.Count(), Rank: same.Sum(one => one.Rank)))).ToArray();
        return [.. counts.Where(one => one.Score == counts.Min(other => other.Score)).Select(one => one.Package).Order(StringComparer.Ordinal)];
    }

    /// <summary>The packages that have the shared libraries that a development package has the links to, <c>libsodium23</c> for <c>libsodium-dev</c>; sorted.</summary>
    public IReadOnlyList<string> LibrariesOf(string development) =>
        [.. (_linked.GetValueOrDefault(development) ?? []).SelectMany(stem => _loaded.GetValueOrDefault(stem) ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Whether a package has shared libraries itself.</summary>
    public bool HasLibraries(string package) => _withLibraries.Contains(package);

    // Nearly all lines are of no interest, so what is looked for are names, not lines.
    private void Search(ReadOnlySpan<byte> lines)
    {
        foreach (var (name, file) in _wanted)
        {
            foreach (var (path, packages) in LinesWith(lines, name))
            {
                if (lines[path].EndsWith(name) && file.Rank(Encoding.UTF8.GetString(lines[path]), _triplet) is { } rank)
                    Add(_found, file, packages.Select(package => (rank, package)));
            }
        }

        foreach (var directory in _libraries)
        {
            foreach (var (path, packages) in LinesWith(lines, directory))
                TakeLibrary(lines[path], directory, packages);
        }
    }

    private void TakeLibrary(ReadOnlySpan<byte> path, byte[] directory, string[] packages)
    {
        // Before Debian 13 some are in /lib, which is /usr/lib.
        var below = path.StartsWith("usr/"u8) ? path["usr/"u8.Length..] : path;
        var name = below.StartsWith(directory) ? below[(directory.Length - LibraryPrefix.Length)..] : [];
        var so = name.IndexOf(".so"u8);
        if (so <= 0 || name.Contains((byte)'/'))
            return;

        var stem = Encoding.UTF8.GetString(name[..so]);
        var rest = name[(so + ".so".Length)..];
        foreach (var package in packages)
        {
            if (rest.IsEmpty)
            {
                Add(_linked, package, [stem]);
            }
            else if (rest[0] == (byte)'.')
            {
                Add(_loaded, stem, [package]);
                _withLibraries.Add(package);
            }
        }
    }

    /// <summary>The lines with a text, each once: where their path is, and the packages.</summary>
    private static List<(Range Path, string[] Packages)> LinesWith(ReadOnlySpan<byte> lines, ReadOnlySpan<byte> text)
    {
        var found = new List<(Range, string[])>();
        for (int at = 0, next; at < lines.Length && (next = lines[at..].IndexOf(text)) >= 0;)
        {
            var start = lines[..(at + next)].LastIndexOf((byte)'\n') + 1;
            var length = lines[start..].IndexOf((byte)'\n');
            at = length < 0 ? lines.Length : start + length;

            // The field of the packages is the last one; paths may have blanks.
            var line = lines[start..at];
            var end = line.LastIndexOfAny(Blanks);
            if (end > 0)
                found.Add((start..(start + line[..end].TrimEnd(" \t"u8).Length), Packages(line[(end + 1)..])));
        }

        return found;
    }

    // `libdevel/libsodium-dev`, `non-free/libs/thing`, several of them with commas.
    private static string[] Packages(ReadOnlySpan<byte> field) => [.. Encoding.UTF8.GetString(field).Split(',').Select(one => one[(one.LastIndexOf('/') + 1)..])];

    private static void Add<TKey, T>(Dictionary<TKey, List<T>> to, TKey key, IEnumerable<T> values) where TKey : notnull
    {
        if (!to.TryGetValue(key, out var known))
            to.Add(key, known = []);
        known.AddRange(values);
    }
}
